"""The same list in other products, each served the way its own documentation says."""
