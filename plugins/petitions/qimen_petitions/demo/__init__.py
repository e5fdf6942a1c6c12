"""The petitions of a demo: 300 requests of the last twelve months, templates, and ratings."""

from qimen_petitions.demo.answers import seed_templates
from qimen_petitions.demo.ratings import seed_ratings
from qimen_petitions.demo.seeding import seed, stage_of

__all__ = ["seed", "seed_ratings", "seed_templates", "stage_of"]
