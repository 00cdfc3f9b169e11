"""Requests that may come twice, and what was answered the first time."""
