"""Plugins with one fault each, and the proof that a fault costs only its own plugin."""
