"""Commands that run beside the service."""
