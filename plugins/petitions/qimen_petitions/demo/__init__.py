"""The petitions of a demo: 300 requests over the twelve months before today."""

from qimen_petitions.demo.seeding import seed

__all__ = ["seed"]
