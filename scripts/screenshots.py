"""Takes the pictures of docs/images from a demo that is being served.

    make demo &
    .venv/bin/python scripts/screenshots.py http://127.0.0.1:8000

They are shrunk to 256 colours, which no eye sees on pages like ours and which keeps the repository
small. A resident's request is sent and followed on the way, so the demo has one request more.
"""

import io
import re
import sys

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from qimen_demo_2021 import PASSWORD
from system_packages import chromium
from workspace import ROOT

IMAGES = ROOT / "docs" / "images"
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
COMMUNITY = "341024100001"
TAIL = "0042"


def take(browser: Browser, url: str) -> None:
    """Takes all pictures."""
    desk = browser.new_page(base_url=url, viewport=DESK, locale="zh-CN")
    sign_in(desk, "dongjie")
    keep(desk, "today")
    desk.goto("/petitions?state=in_progress")
    keep(desk, "list")
    desk.locator("main a[href^='/petitions/']:visible").nth(3).click()
    desk.wait_for_url(re.compile(r"/petitions/\d+"))
    keep(desk, "petition")
    desk.goto("/petitions/new")
    desk.fill("[name=name]", "方巧云")
    desk.fill("[name=phone]", f"1540000{TAIL}")
    desk.fill("[name=place]", "听泉苑4号楼")
    desk.select_option("[name=category]", "road.lamp")
    desk.fill(
        "[name=content]", "楼后面的路灯这几天都不亮。老人晚上倒垃圾看不清台阶，盼着有人来看一眼。"
    )
    keep(desk, "intake")
    phone = browser.new_page(base_url=url, viewport=PHONE, locale="zh-CN", device_scale_factor=2)
    keep_public(phone)
    sign_in(phone, "wanggeyuan")
    keep(phone, "phone")


def keep_public(page: Page) -> None:
    """Sends a resident's request, follows it by its code and keeps both pictures."""
    page.goto(f"/p/petitions/{COMMUNITY}")
    keep(page, "public")
    page.fill("[name=content]", "老井巷口的路灯不亮，孩子上晚自习回来看不见路。")
    page.fill("[name=place]", "老井巷口")
    page.fill("[name=phone]", f"1540000{TAIL}")
    page.click("main form button[type=submit]")
    code = page.get_by_text(re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")).first
    found = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code.inner_text())
    assert found, "the page after sending shows no code"
    page.goto("/p/petitions/follow")
    page.fill("[name=code]", found[0])
    page.fill("[name=tail]", TAIL)
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")
    keep(page, "track")


def sign_in(page: Page, username: str) -> None:
    """Signs a demo account in."""
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit], form button[type=submit]")
    page.wait_for_url("**/today")


def keep(page: Page, name: str) -> None:
    """Writes what the page shows now to docs/images."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    picture.convert("RGB").quantize(256).save(IMAGES / f"{name}.png", optimize=True)


def main(arguments: list[str]) -> int:
    """Takes the pictures from the address on the command line. Returns 0 or 2 (used wrong)."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        take(browser, arguments[0])
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
