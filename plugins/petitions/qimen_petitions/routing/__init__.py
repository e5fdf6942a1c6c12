"""Routing rules 分派规则: which unit takes the lead, by category and place."""
