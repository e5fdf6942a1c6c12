"""The petitions of the demo ``qimen-2021``: 300 requests over the twelve months before today."""

from qimen_petitions.demo.seeding import seed

__all__ = ["seed"]
