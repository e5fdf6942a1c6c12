"""The demo set ``qimen-2021``: real divisions, invented people, one account per role."""

from datetime import date

from qimen_core.demo import DemoSet
from qimen_core.i18n import translations
from qimen_demo_2021.accounts import ACCOUNTS, PASSWORD
from qimen_demo_2021.cast import cast
from qimen_demo_2021.divisions import DEPARTMENTS, divisions

__all__ = ["ACCOUNTS", "DEMO", "PASSWORD"]

_ = translations("qimen_demo_2021")

DEMO = DemoSet(
    name="qimen-2021",
    label=_("祁门县，2021 年"),
    seed=341024,
    since=date(2021, 1, 1),
    password=PASSWORD,
    units=divisions,
    people=cast,
    accounts=ACCOUNTS,
    # The town gets the bulk of the work; the villages share what is left.
    shares={
        "341024100001": 46,
        "341024100002": 33,
        "341024100003": 30,
        "341024100004": 27,
        "341024100005": 23,
        "341024100006": 20,
        "341024102001": 14,
    },
    elsewhere=107,
    departments=DEPARTMENTS,
)
"""What ``qimen demo`` loads."""
