"""A small whole plugin for tests: one table, one of every kind of route, one of every slot."""
