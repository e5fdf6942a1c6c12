"""The one door through which this program calls another (SECURITY 14).

Only origins on the deployment's list, resolved once and called at that very address, without
redirects or a proxy, with timeouts and a bounded answer.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from qimen_core.config import QimenConfig
from qimen_core.errors import QimenError

__all__ = ["OutboundAnswer", "OutboundFailed", "OutboundRefused", "post"]

TIMEOUT: Final = 10.0
"""Seconds for each of: connecting, sending, waiting for the next bytes."""
_LONGEST_ANSWER: Final = 64 * 1024
_PORTS: Final = {"https": 443, "http": 80}


class OutboundRefused(QimenError):
    """The door does not open for this address; another try would find the same."""


class OutboundFailed(QimenError):
    """The other side could not be reached or broke off; it may be tried again."""


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What the other side said: the HTTP status, and at most 64 KB of text."""

    status: int
    text: str


def post(
    config: QimenConfig,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout: float = TIMEOUT,
) -> OutboundAnswer:
    """Send a POST and return the answer, whatever its status; a redirect is an answer, too.

    Args:
        config: Its ``outbound`` lists the origins that may be called.
        url: Where to.
        body: What is sent.
        headers: With it.
        timeout: Seconds.

    Raises:
        OutboundRefused: The origin is not listed, or its name leads to an address inside.
        OutboundFailed: No connection, no certificate that holds, no answer in time.
    """
    target = urlsplit(url)
    _check_listed(config, target)
    host, port = target.hostname or "", target.port or _PORTS[target.scheme]
    address = _resolve(host, port)
    connection = _connection(target.scheme, host, port, address, timeout)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        answer: HTTPResponse = connection.getresponse()
        return OutboundAnswer(answer.status, _text(answer.read(_LONGEST_ANSWER)))
    except (OSError, HTTPException) as error:
        raise OutboundFailed(f"{host}: {type(error).__name__}") from error
    finally:
        connection.close()


def _check_listed(config: QimenConfig, target: SplitResult) -> None:
    if target.scheme not in _PORTS or not target.hostname or target.username or target.password:
        raise OutboundRefused("only http(s) addresses without a password in them are called")
    if _origin(target) not in {_origin(urlsplit(each)) for each in config.outbound}:
        raise OutboundRefused(
            f"{target.scheme}://{target.netloc} is not listed under 'outbound' in qimen.toml"
        )


def _origin(target: SplitResult) -> tuple[str, str, int]:
    port = target.port or _PORTS.get(target.scheme, 0)
    return target.scheme, (target.hostname or "").lower(), port


def _resolve(host: str, port: int) -> str:
    """Return the one address that is called; a name must not lead to this machine or its link."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OutboundFailed(f"{host}: its name leads nowhere") from error
    address = str(found[0][4][0])
    number = ipaddress.ip_address(address.partition("%")[0])
    inside = number.is_loopback or number.is_link_local or number.is_unspecified
    # Who lists a number means that number; who lists a name does not mean this machine.
    if (inside or number.is_multicast) and address != host:
        raise OutboundRefused(f"{host} leads to {address}, which is not called by name")
    return address


def _connection(scheme: str, host: str, port: int, address: str, timeout: float) -> HTTPConnection:
    if scheme == "http":
        return _Plain(host, port, address, timeout)
    return _Sealed(host, port, address, timeout)


class _Plain(HTTPConnection):
    """A connection to an address that was resolved before; ``host`` is only said."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Sealed(HTTPSConnection):
    """The same with TLS; the certificate must be the host's."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._address = address

    def connect(self) -> None:
        """Connect to the address and check the certificate against the host's name."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
