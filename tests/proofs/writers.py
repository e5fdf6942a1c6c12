"""Clients that register and accept requests as fast as they can, until the server is gone."""

import re
import secrets
from collections.abc import Sequence
from itertools import count
from threading import Thread

import httpx

from tests.proofs.evidence import Acknowledged
from tests.proofs.staff import Staff

__all__ = ["Writers"]

_ID = re.compile(r"/petitions/(\d+)")
_numbers = count(1)


class Writers:
    """Several clients at once.

    Args:
        staff: Logged in, one per client.
        told: Where acknowledgements are kept.
        form: Fields of a new request besides its content and key.
    """

    def __init__(self, staff: Sequence[Staff], told: Acknowledged, form: dict[str, str]) -> None:
        self.told = told
        self.form = form
        self.errors: list[str] = []
        self._threads = [Thread(target=self._run, args=(each,), daemon=True) for each in staff]

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all have noticed that the server is gone."""
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a client hangs although the server was killed"

    def _run(self, staff: Staff) -> None:
        try:
            while True:
                self._write(staff)
        except httpx.TransportError:
            self.told.note_cut_off()
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    def _write(self, staff: Staff) -> None:
        title = f"路灯不亮 {next(_numbers):06d}"
        answer = staff.post(
            "/petitions/new", {**self.form, "content": title, "key": secrets.token_hex(16)}
        )
        assert answer.status_code == 303, f"register: {answer.status_code} {answer.text[:2000]}"
        found = _ID.search(answer.headers["location"])
        order_id = int(found[1]) if found else 0
        self.told.note_registered(title, order_id)
        if not order_id:
            return
        accept = staff.post(f"/petitions/{order_id}/accept", {"category": self.form["category"]})
        assert accept.status_code == 303, f"accept: {accept.status_code} {accept.text[:2000]}"
        self.told.note_accepted(order_id)
