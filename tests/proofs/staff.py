"""A member of staff at a real server: logs in, keeps cookies and form token, sends forms."""

import re

import httpx

__all__ = ["Staff"]

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_META = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Staff:
    """One browser's worth of HTTP.

    Args:
        url: Where the server answers, e.g. ``http://127.0.0.1:8000``.
    """

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(
            base_url=url,
            headers={"Origin": url, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
            timeout=30,
            trust_env=False,
        )
        self.token = ""

    def log_in(self, username: str, password: str) -> "Staff":
        """Log in and return itself.

        Raises:
            AssertionError: The login was refused.
        """
        self._learn(self.client.get("/login"))
        answer = self.post("/login", {"username": username, "password": password})
        assert answer.status_code in {302, 303}, f"login answered {answer.status_code}"
        self._learn(self.client.get(answer.headers["location"], follow_redirects=True))
        return self

    def change_password(self, old: str, new: str) -> "Staff":
        """Replace the first password, as a new account must, and return itself."""
        answer = self.post("/me/password", {"old": old, "new": new, "again": new})
        assert answer.status_code == 303, f"change of password: {answer.text[:2000]}"
        self._learn(self.client.get(answer.headers["location"], follow_redirects=True))
        return self

    def get(self, path: str) -> httpx.Response:
        """Ask for a page; redirects are not followed."""
        return self.client.get(path)

    def post(self, path: str, values: dict[str, str]) -> httpx.Response:
        """Send a form with the token of the page last seen; redirects are not followed."""
        return self.client.post(path, data={**values, "csrf_token": self.token})

    def _learn(self, page: httpx.Response) -> None:
        found = _TOKEN.search(page.text) or _META.search(page.text)
        assert found, f"no form token on {page.url} ({page.status_code})"
        self.token = found[1]
