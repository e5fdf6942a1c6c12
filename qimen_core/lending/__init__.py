"""Rows that are lent: one unit's row that another unit, out of reach of it, has to work on."""
