"""What any demo needs: a demo set is data, and this writes it down and lets every plugin add to it.

The county, its people and their accounts come from a distribution of their own, with an entry point
in the group ``qimen.demos`` that names a ``DemoSet``.
"""

from qimen_core.demo.contacts import id_number, phone_number
from qimen_core.demo.people import Played, played_by_unit
from qimen_core.demo.seeding import seed_demo
from qimen_core.demo.sets import (
    RESIDENT,
    DemoPerson,
    DemoSet,
    DemoUnit,
    DemoUser,
    choose_set,
    installed_sets,
)

__all__ = [
    "RESIDENT",
    "DemoPerson",
    "DemoSet",
    "DemoUnit",
    "DemoUser",
    "Played",
    "choose_set",
    "id_number",
    "installed_sets",
    "phone_number",
    "played_by_unit",
    "seed_demo",
]
