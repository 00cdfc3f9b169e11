"""Job fairs, their booths and invitees."""
