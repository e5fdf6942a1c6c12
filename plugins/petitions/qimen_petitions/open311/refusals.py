"""Why a call goes no further, and the list of errors that it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from qimen_core import Forbidden, InvalidInput, NotFound, QimenError, Throttled, translations
from qimen_petitions.open311.documents import Document

__all__ = ["Problem", "Refused", "error_document", "problems_of"]

_ = translations("qimen_petitions")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: its code, an HTTP status in every case here, and a sentence for the user."""

    code: int
    description: str


class Refused(QimenError):
    """A call that the specification has an answer for.

    Args:
        problems: What is wrong, at least one; the first decides the status.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].description)
        self.problems = problems


def problems_of(error: QimenError) -> Sequence[Problem]:
    """Return what a failure is told as.

    The specification has 404 for what does not exist, 403 for a wrong or missing key and 400 for
    everything else. A caller that asks too often gets 429, which HTTP has since (RFC 6585).
    """
    if isinstance(error, Refused):
        return error.problems
    if isinstance(error, InvalidInput) and error.errors:
        return [Problem(400, f"{field}: {said}") for field, said in error.errors.items()]
    if isinstance(error, NotFound):
        return [Problem(404, error.message or str(_("没有找到")))]
    if isinstance(error, Forbidden):
        return [Problem(403, error.message or str(_("没有权限")))]
    return [Problem(429 if isinstance(error, Throttled) else 400, error.message)]


def error_document(problems: Sequence[Problem]) -> Document:
    """Return the answer that lists them."""
    return Document(
        "errors", [{"code": each.code, "description": each.description} for each in problems]
    )
