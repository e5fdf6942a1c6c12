"""Benchmarks: what a page costs here, in its peers, and at the least possible."""
