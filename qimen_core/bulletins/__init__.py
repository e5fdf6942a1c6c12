"""Frozen metrics: the row ids of a period, kept so that its bulletin can be reproduced later."""
