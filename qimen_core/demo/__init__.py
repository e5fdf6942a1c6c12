"""The demo ``qimen-2021``: the real divisions of Qimen, invented people, one account per role."""

from qimen_core.demo.accounts import PASSWORD
from qimen_core.demo.people import Played, played_by_unit
from qimen_core.demo.seeding import SEED, seed_demo

__all__ = ["PASSWORD", "SEED", "Played", "played_by_unit", "seed_demo"]
