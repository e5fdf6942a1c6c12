"""Proofs that need a real server process; small in ``make test``, full size in ``make prove``."""
