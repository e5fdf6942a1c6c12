"""评议, one resident at a time: calling back, and the resident's own word by code."""
