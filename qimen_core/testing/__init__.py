"""The test kit for plugins; its fixtures are there as soon as qimen-core is installed.

What stands here are the types to annotate them with, and what a test may call itself.
"""

from qimen_core.testing.accounts import PASSWORD, Account
from qimen_core.testing.clients import Applications, SignedIn, application, sign_in
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient, Toggle
from qimen_core.testing.live import serve
from qimen_core.testing.opening import with_requirements
from qimen_core.testing.planting import Planting, work_calendar
from qimen_core.testing.units import OrgTree

__all__ = [
    "PASSWORD",
    "Account",
    "Applications",
    "Deployments",
    "MakeAccount",
    "MakeApp",
    "MakeClient",
    "OrgTree",
    "Planting",
    "SignedIn",
    "Toggle",
    "application",
    "serve",
    "sign_in",
    "with_requirements",
    "work_calendar",
]
