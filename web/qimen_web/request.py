"""A request as a view sees it."""

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qsl

from litestar.types import HTTPScope

from qimen_core.access.sessions import SignIn
from qimen_core.context import Context
from qimen_core.db.session import QimenSession
from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_web.cookies import cookies_of

if TYPE_CHECKING:
    from qimen_web.handlers import Route
    from qimen_web.shell import Shell

__all__ = ["FormData", "RawRequest", "Request", "Sent", "Upload", "User"]

_ = translations("qimen_web")
_MOST_FIELDS = 200


@dataclass(frozen=True)
class Upload:
    """A file that was sent; its name and type are the sender's claim, nothing more."""

    name: str
    content_type: str
    data: BinaryIO
    size: int


class FormData(Mapping[str, str]):
    """Fields of a form; the first value of each, ``list()`` for all."""

    __slots__ = ("_pairs", "_values")

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)
        self._values: dict[str, str] = {}
        for name, value in self._pairs:
            self._values.setdefault(name, value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def list(self, name: str) -> "builtins.list[str]":
        """Return every value of a field, in the order they were sent."""
        return [value for key, value in self._pairs if key == name]

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return all fields as they were sent."""
        return self._pairs


class RawRequest:
    """What came over the wire, before anybody is known."""

    __slots__ = ("_cookies", "headers", "method", "path", "query_string", "scope")

    def __init__(self, scope: HTTPScope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query_string: bytes = scope.get("query_string", b"")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self._cookies: Mapping[str, str] | None = None

    def header(self, name: str) -> str:
        """Return a header's value, empty when it was not sent."""
        return self.headers.get(name.encode("ascii"), b"").decode("latin-1")

    @property
    def cookies(self) -> Mapping[str, str]:
        """Return the cookies sent."""
        if self._cookies is None:
            self._cookies = cookies_of(self.header("cookie"))
        return self._cookies

    @property
    def address(self) -> str:
        """Return the network address of the client, as the server saw it."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def by_htmx(self) -> bool:
        """Return whether htmx says it asked; decides the form of an answer, never a right."""
        return b"hx-request" in self.headers

    @property
    def partial(self) -> bool:
        """Return whether htmx says it wants a part of the page."""
        return self.headers.get(b"hx-request-type") == b"partial"


@dataclass(frozen=True)
class Sent:
    """What came with a request besides its headers.

    Attributes:
        form: The fields of the form.
        files: Its files, by field.
        params: The parameters of the path.
        problem: What went wrong while the body was read; told once we know to whom.
    """

    form: FormData = field(default_factory=FormData)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)
    problem: Exception | None = None


@dataclass(frozen=True)
class User:
    """The account behind a request, as templates show it."""

    id: int
    username: str
    name: str
    detail: str = ""


class Request:
    """What a view is given.

    Attributes:
        ctx: Who asks, and the two questions.
        session: The database session, already scoped to the route's permission.
        form: Fields of the form that was sent.
        files: Files that were sent, by field.
        route: The route that was asked.
        unit: The unit named by a public route's ``unit`` parameter.
        sign_in: The live sign-in, None on public routes for a stranger.
    """

    def __init__(
        self,
        shell: "Shell",
        route: "Route",
        raw: RawRequest,
        ctx: Context,
        *,
        sign_in: SignIn | None = None,
        sent: "Sent | None" = None,
    ) -> None:
        self.shell = shell
        self.route = route
        self.raw = raw
        self.ctx = ctx
        self.session: QimenSession = ctx.session
        self.form: FormData = sent.form if sent else FormData()
        self.files: Mapping[str, Sequence[Upload]] = sent.files if sent else {}
        self.sign_in = sign_in
        self.unit: OrgUnit | None = None
        self.set_cookies: list[str] = []
        self._query: FormData | None = None

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return self.raw.method

    @property
    def path(self) -> str:
        """Return the path that was asked."""
        return self.raw.path

    @property
    def partial(self) -> bool:
        """Return whether htmx wants only a part of the page."""
        return self.raw.partial

    @property
    def address(self) -> str:
        """Return the client's network address."""
        return self.raw.address

    @property
    def query(self) -> FormData:
        """Return the fields of the query string."""
        if self._query is None:
            # NUL is no text in PostgreSQL and never typed by a person.
            text = self.raw.query_string.decode("latin-1").replace("%00", "")
            try:
                pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
            except ValueError as error:
                raise InvalidInput({}, _("网址里的条件太多")) from error
            self._query = FormData(pairs)
        return self._query

    def query_list(self, name: str) -> list[str]:
        """Return every value of a query field."""
        return self.query.list(name)

    @property
    def user(self) -> User | None:
        """Return the account, or None for a stranger."""
        if self.sign_in is None:
            return None
        found = self.sign_in
        return User(found.user_id, found.username, found.name, self.shell.user_detail(self))

    @property
    def user_id(self) -> int:
        """Return the account's id.

        Raises:
            LookupError: Nobody is logged in; only possible on a public route.
        """
        if self.sign_in is None:
            raise LookupError("a public route has no account")
        return self.sign_in.user_id

    def url(self, name: str, **params: object) -> str:
        """Return the address of a route.

        Args:
            name: ``<plugin>:<function>``.
            params: Path parameters; those the path does not know become the query string.

        Raises:
            LookupError: No route has that name, or a path parameter is missing.
        """
        return self.shell.urls.build(name, params)
