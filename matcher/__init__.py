"""Rengang 人岗: lawful, explained job matching for public employment offices."""

__version__ = "0.1.0"
