"""Seats of courses: who gets one by the published order, and who moves up."""
