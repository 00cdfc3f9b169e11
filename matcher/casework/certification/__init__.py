"""Certification: who acts in which order, what is shown to the public, and how a status ends."""
