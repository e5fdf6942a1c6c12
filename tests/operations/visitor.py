"""Somebody who comes through the reverse proxy that the page describes."""

import re

import httpx

from tests.operations.machine import Machine

__all__ = ["HOST", "come_in"]

HOST = "qimen.example.gov.cn"
ADDRESS = "10.20.30.40"
_HEADER = re.compile(r"^\s*proxy_set_header (\S+) (\S+);$", re.MULTILINE)


def come_in(machine: Machine, username: str, password: str) -> str:
    """Signs in with a browser's headers and the page's nginx headers; returns the first page.

    Raises:
        AssertionError: A cookie is not for HTTPS alone, or the sign-in is refused.
    """
    url = f"http://127.0.0.1:{machine.port}"
    given = {"$host": HOST, "$remote_addr": ADDRESS}
    nginx = machine.here("/etc/nginx/conf.d/qimen.conf").read_text("utf-8")
    headers = {name: given.get(value, value) for name, value in _HEADER.findall(nginx)}
    assert machine.translate("proxy_pass http://127.0.0.1:8000;") in nginx
    with httpx.Client(base_url=url, headers=headers) as browser:
        page = browser.get("/login")
        assert page.status_code == 200
        # By hand, as a browser on https does: the jar of a client on http would drop them.
        cookies = _kept(page)
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert token is not None
        answer = browser.post(
            "/login",
            headers={"Cookie": cookies, "Origin": f"https://{HOST}"},
            data={"csrf_token": token[1], "username": username, "password": password},
        )
        assert answer.status_code == 303, answer.text
        session = _kept(answer)
        assert "__Host-qimen=" in session
        first: httpx.Response = browser.get("/today", headers={"Cookie": session})
    return first.headers.get("location", "/today")


def _kept(answer: httpx.Response) -> str:
    cookies = answer.headers.get_list("set-cookie")
    assert cookies
    assert all("; Secure" in cookie and cookie.startswith("__Host-") for cookie in cookies)
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)
