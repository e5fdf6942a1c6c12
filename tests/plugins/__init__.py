"""Plugins together: every combination boots, and off is off on every route, in its place only."""
