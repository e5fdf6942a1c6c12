"""Is no plugin at all: it has no ``meta``."""
