"""In whose name the demo's rows are written: somebody of the cast, or the public."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from qimen_core import Actor, Context, UserAccount, scope

__all__ = ["accounts_by_name", "acting"]

_U: Any = UserAccount


def accounts_by_name(ctx: Context) -> dict[str, int]:
    """Return the ids of the demo's accounts by the name of who plays them."""
    with scope(ctx.session, ctx, "core.user.read"):
        return dict(ctx.session.execute(select(_U.name, _U.id)).all())


def acting(ctx: Context, name: str, users: Mapping[str, int]) -> Context:
    """Return a context in which somebody of the cast acts, with the reach that seeding needs."""
    actor = Actor("system", name or "公众", users.get(name))
    return replace(ctx, actor=actor)
