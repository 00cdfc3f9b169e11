"""What rankings are measured on: outcomes held out by time and by person."""
