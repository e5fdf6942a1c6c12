"""Errors whose text a person on screen may read: what happened, where, what to do."""

from collections.abc import Mapping

__all__ = ["Conflict", "Forbidden", "InvalidInput", "NotFound", "QimenError", "Throttled"]


class QimenError(Exception):
    """An expected failure; ``message`` is shown to the person as it is."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(QimenError):
    """It does not exist, is out of reach, or its plugin is off there (404 for all three)."""


class Forbidden(QimenError):
    """It is in reach, but this right is missing (403)."""


class Throttled(QimenError):
    """Too many tries; ``retry_after`` is in seconds (429)."""

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Conflict(QimenError):
    """Somebody else was first (409).

    Args:
        message: A sentence for the one who came second.
        current: The values now stored, by field.
        submitted: The values that were sent, by field.
    """

    def __init__(
        self,
        message: str = "",
        current: Mapping[str, object] | None = None,
        submitted: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.current = dict(current or {})
        self.submitted = dict(submitted or {})


class InvalidInput(QimenError):
    """Input that cannot be taken (422); ``errors`` maps a field to a sentence."""

    def __init__(self, errors: Mapping[str, str], message: str = "") -> None:
        super().__init__(message or "; ".join(errors.values()))
        self.errors = dict(errors)
