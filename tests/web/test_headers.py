"""What every answer says to the browser, and that nothing Chinese breaks a header."""

import json
import re
from urllib.parse import unquote

import pytest

from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_web import Response
from qimen_web.addresses import ascii_url, safe_next
from qimen_web.headers import content_security_policy
from qimen_web.ui import Toast, trigger

pytestmark = pytest.mark.database("sqlite")

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


@pytest.mark.parametrize("path", ["/me", "/login", "/nothing", "/accounts", "/healthz", "/me/totp"])
@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_every_answer_has_the_security_headers(
    client: MakeClient, clerk: Account, path: str, headers: dict[str, str]
) -> None:
    answer = client(clerk).get(path, headers=headers)
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = content_security_policy("N0nce")
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self' 'nonce-N0nce'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["form-action"] == "'self'"


def test_each_answer_has_a_nonce_of_its_own_and_its_scripts_carry_it(
    client: MakeClient, clerk: Account
) -> None:
    opened = client(clerk)
    seen = set()
    for _n in range(3):
        answer = opened.get("/me")
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        seen.add(nonce[1])
        scripts = re.findall(r"<script([^>]*)>", answer.text)
        assert scripts
        assert all(f'nonce="{nonce[1]}"' in attributes for attributes in scripts)
        assert all("src=" in attributes for attributes in scripts)
    assert len(seen) == 3


def test_pages_hold_no_inline_style_or_handler(client: MakeClient, clerk: Account) -> None:
    for path in ("/me", "/login", "/me/password", "/today", "/nothing"):
        text = client(clerk).get(path).text
        assert not re.search(r"<[^>]+\son[a-z]+=", text), path
        assert not re.search(r"<[^>]+\sstyle=", text), path
        assert "<style" not in text, path


def test_what_is_no_page_may_run_nothing(client: MakeClient) -> None:
    policy = client().get("/healthz").headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_over_tls_the_browser_is_told_to_stay_there(qimen_app: MakeApp, client: MakeClient) -> None:
    secure = qimen_app(["web"], secure_cookies=True)
    assert "max-age" in client(None, secure).get("/healthz").headers["strict-transport-security"]
    assert "strict-transport-security" not in client().get("/healthz").headers


def test_a_chinese_message_travels_as_ascii_and_arrives_whole() -> None:
    response = Response(b"")
    said = '已受理“东街社区”\r\nSet-Cookie: x=1 😀 "'
    trigger(response, Toast(said, undo="/撤销/1"))
    header = response.get("hx-trigger")
    assert header is not None
    assert header.isascii()
    assert "\n" not in header
    told = json.loads(header)["gv:toast"]
    assert told["message"] == said
    assert unquote(told["undo"]) == "/撤销/1"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a\x00b", "\x7f"])
def test_a_header_with_a_control_character_is_never_made(value: str) -> None:
    with pytest.raises(ValueError, match="control"):
        Response(b"").header("location", value)


def test_a_chinese_header_value_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(UnicodeEncodeError):
        Response(b"").header("location", "/今日")


def test_addresses_are_percent_encoded_once() -> None:
    assert ascii_url("/a?q=路灯&x=%20") == "/a?q=%E8%B7%AF%E7%81%AF&x=%20"
    assert ascii_url(ascii_url("/路灯")) == ascii_url("/路灯")


@pytest.mark.parametrize(
    "url", ["", "x", "//evil.example", "/\\evil", "https://evil", "/a\nb", "/\tb", "///evil"]
)
def test_a_way_back_that_is_no_path_of_ours_leads_to_the_start(url: str) -> None:
    assert safe_next(url) == "/"


def test_a_message_survives_a_redirect_and_is_shown_once(
    client: MakeClient, clerk: Account
) -> None:
    opened = client(clerk)
    opened.post("/me/devices/revoke")
    assert "已退出 0 台设备" in opened.get("/me").text
    assert "已退出 0 台设备" not in opened.get("/me").text


def test_a_forged_message_is_not_shown(client: MakeClient, clerk: Account) -> None:
    opened = client(clerk)
    opened.cookies.set("qimen-toast", "0" * 32 + "." + "%5B%22hacked%22%2C%22ok%22%2Cnull%5D")
    assert "hacked" not in opened.get("/me").text


def test_a_csp_report_is_taken_without_a_token_and_logged_without_the_address(
    client: MakeClient, capsys: pytest.CaptureFixture[str], qimen: Qimen
) -> None:
    report = {
        "csp-report": {
            "document-uri": "http://x/p/petitions/SECRETCODE",
            "effective-directive": "script-src-elem",
            "blocked-uri": "https://evil.example/x.js?token=SECRETCODE",
        }
    }
    sent = client().post(
        "/csp-report",
        content=json.dumps(report),
        headers={"content-type": "application/csp-report"},
    )
    assert sent.status_code == 204
    assert sent.content == b""
    logged = capsys.readouterr()
    assert "script-src-elem" in logged.out + logged.err
    assert "SECRETCODE" not in logged.out + logged.err
    for broken in (b"", b"[]", b"{", b"\xff\xfe", b'{"csp-report": 1}', b'{"csp-report": [1]}'):
        assert client().post("/csp-report", content=broken).status_code == 204
