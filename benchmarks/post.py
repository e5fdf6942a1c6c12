"""Logging in: one POST with the standard library, and the cookies it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

__all__ = ["Posted", "post_form"]


@dataclass(frozen=True)
class Posted:
    """The answer to a form: its status and the Cookie header to send from now on."""

    status: int
    cookie: str


def post_form(port: int, path: str, values: Mapping[str, str], cookie: str = "") -> Posted:
    """Send a form as a browser on the same page would; no redirect is followed.

    Raises:
        RuntimeError: The form was refused.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    host = f"127.0.0.1:{port}"
    origin = f"http://{host}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": host,
        "Origin": origin,
        "Referer": origin + path,
        "Sec-Fetch-Site": "same-origin",
    }
    if cookie:
        headers["Cookie"] = cookie
    connection.request("POST", path, urlencode(values), headers)
    response = connection.getresponse()
    body = response.read()
    if response.status not in {200, 204, 302, 303}:
        raise RuntimeError(f"POST {path} answered {response.status}: {body[:2000].decode()}")
    pairs = dict(pair.split("=", 1) for pair in cookie.split("; ") if pair)
    for name, value in response.getheaders():
        if name.lower() == "set-cookie":
            key, _, text = value.split(";", 1)[0].partition("=")
            pairs[key] = text
    connection.close()
    return Posted(response.status, "; ".join(f"{key}={text}" for key, text in pairs.items()))
