"""A client of Open311 GeoReport v2, written from the published specification alone.

It knows no other address than that of the discovery document, keeps to the names and the order of
calls of http://wiki.open311.org/GeoReport_v2 and reads both formats into the same structure.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from qimen_core import Qimen, unit_of_work
from qimen_core.org.queries import get_unit
from qimen_core.settings_store import put, stamp
from qimen_core.testing.fixtures import MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.open311.keys import key_of

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
LISTS = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}
TRUTHS = {"metadata", "variable", "required"}


class ServiceFailed(Exception):
    """The server answered with an error document."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{status}: {errors}")
        self.status = status
        self.errors = errors


class GeoReport:
    """A client of one endpoint; what the server refuses raises ``failed``.

    Args:
        browser: Sends requests; anything with ``get`` and ``post`` of httpx.
        discovery: Path of the discovery document, without its format.
        form: ``xml`` or ``json``.
        account: Code and last four digits of the phone, for a resident's own requests.
    """

    failed = ServiceFailed

    def __init__(
        self, browser: Any, discovery: str, form: str, account: tuple[str, str] | None = None
    ) -> None:
        self.browser, self.form = browser, form
        self.headers: dict[str, str] = {}
        if account:
            packed = base64.b64encode(":".join(account).encode()).decode()
            self.headers["Authorization"] = f"Basic {packed}"
        found = self._read(browser.get(f"{discovery}.{form}"))
        endpoint = next(
            each for each in found["endpoints"] if each["specification"] == SPECIFICATION
        )
        assert TYPES[form].partition(";")[0] in endpoint["formats"]
        self.base = endpoint["url"]

    def services(self, **arguments: str) -> list[dict[str, Any]]:
        return self._get("services", arguments)

    def definition(self, code: str, **arguments: str) -> dict[str, Any]:
        return self._get(f"services/{code}", arguments)

    def requests(self, **arguments: str) -> list[dict[str, Any]]:
        return self._get("requests", arguments)

    def request(self, number: str, **arguments: str) -> dict[str, Any]:
        (found,) = self._get(f"requests/{number}", arguments)
        return found

    def token(self, token: str, **arguments: str) -> dict[str, Any]:
        (found,) = self._get(f"tokens/{token}", arguments)
        return found

    def send(self, headers: Mapping[str, str] | None = None, **arguments: str) -> dict[str, Any]:
        sent = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            **self.headers,
            **(headers or {}),
        }
        address = f"{self.base}/requests.{self.form}"
        body = urlencode(arguments)
        (found,) = self._read(self.browser.post(address, content=body, headers=sent))
        return found

    def _get(self, resource: str, arguments: Mapping[str, str]) -> Any:
        address = f"{self.base}/{resource}.{self.form}"
        return self._read(self.browser.get(address, params=arguments, headers=self.headers))

    def _read(self, answer: Any) -> Any:
        assert answer.headers["content-type"] == TYPES[self.form], answer.text
        found = json.loads(answer.content) if self.form == "json" else _spark(answer.content)
        if answer.status_code != 200:
            assert found, "an error says what is wrong"
            assert all(set(each) == {"code", "description"} for each in found)
            raise ServiceFailed(answer.status_code, found)
        return found


def _spark(content: bytes) -> Any:
    """Return XML as the Spark convention reads it."""
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    return _value(ElementTree.fromstring(content))


def _value(element: ElementTree.Element) -> Any:
    if element.tag in LISTS:
        return [_value(each) for each in element]
    if len(element):
        return {each.tag: _value(each) for each in element}
    if element.tag in TRUTHS:
        return {"true": True, "false": False}[element.text or ""]
    if element.tag in {"order", "code"} and (element.text or "").isdecimal():
        return int(element.text or "")
    return element.text


DISCOVERY = "/api/petitions/open311/v2/discovery"
PROGRAM = "city-app"


@pytest.fixture(params=["xml", "json"])
def form(request: pytest.FixtureRequest) -> str:
    """The format that is asked for."""
    return str(request.param)


@pytest.fixture
def georeport(client: MakeClient, form: str, org_tree: OrgTree) -> Callable[..., GeoReport]:
    """A function that returns a client, of a resident when given code and digits."""
    browser = client()

    def make(*account: str) -> GeoReport:
        return GeoReport(browser, DISCOVERY, form, account or None)  # type: ignore[arg-type]

    return make


@pytest.fixture
def arrange(qimen: Qimen) -> Callable[..., None]:
    """A function that sets petitions' settings at a unit."""

    def make(unit: Any, **values: object) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.setting.manage") as uow:
                place = get_unit(ctx, unit.id)
                put(uow, "petitions", place, values, stamp(ctx, "petitions", place))

    return make


@pytest.fixture
def key(qimen: Qimen, org_tree: OrgTree, arrange: Callable[..., None]) -> str:
    """The key of a program that the county has listed."""
    arrange(org_tree.county, open311_clients=f"other, {PROGRAM}")
    with qimen.db.session() as session:
        return key_of(qimen.system_context(session), org_tree.county.path, PROGRAM)
