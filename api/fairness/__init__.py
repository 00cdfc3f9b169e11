"""How groups of people fare: exposure, placement, overrides, congestion."""
