"""Signing in: what allauth is told, how passwords are judged, when the screen locks, and what the log records of it."""
