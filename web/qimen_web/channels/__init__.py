"""The ways to residents that the shell brings."""
