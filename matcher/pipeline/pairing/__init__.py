"""Bulk pairing wired: from a fair of the service or from bare files to a certified plan."""
