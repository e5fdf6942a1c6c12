"""The petitions of a demo: 300 requests of the last twelve months, and reply templates."""

from qimen_petitions.demo.answers import seed_templates
from qimen_petitions.demo.seeding import seed

__all__ = ["seed", "seed_templates"]
