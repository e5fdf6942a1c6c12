"""Reading a round's facts as everybody may: its name, days and items stand on the public form.

A round may lie above whoever reads it: a township's at its communities, a community's at a company.
What rows come out of it is still limited by the statement's own condition.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from qimen_core import Context, scope
from qimen_petitions.estates.permissions import ANSWER

__all__ = ["as_everybody"]


@contextmanager
def as_everybody(ctx: Context) -> Iterator[None]:
    """Let the session read what a resident without an account may read, where petitions are on."""
    with scope(ctx.session, ctx.qimen.public_context(ctx.session), ANSWER):
        yield
