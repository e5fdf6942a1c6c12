"""分析: what a request is about, whether it was said before, and what many people say at once.

Everything here suggests and gives its reason; a person decides (DOMAIN.md §3, §6).
"""
