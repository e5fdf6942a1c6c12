"""A clerk's day in a real browser: a request from the first call to its end, by keyboard alone."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from qimen_core import Qimen, unit_of_work
from qimen_core.models import Workday
from qimen_core.testing.accounts import PASSWORD, Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import seed_days

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
LAMP = "路灯坏了三天。晚上看不清台阶。"
REPLY = "已更换灯泡，今晚起恢复照明。"
FURTHEST = 80
"""Presses of Tab after which a field counts as out of the keyboard's reach."""


@pytest.fixture
def plugins() -> Sequence[str]:
    return ("web", "orders", "petitions")


@pytest.fixture(autouse=True)
def calendar(qimen: Qimen) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.calendar.manage") as uow:
            for day in seed_days(2025, 2026):
                row = Workday(
                    day=day.day,
                    is_workday=day.is_workday,
                    name=day.name,
                    source="seed",
                    updated_at=ctx.now,
                )
                uow.session.add(row)


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


@dataclass
class Keyboard:
    """Works a page without a mouse and counts what that takes."""

    page: Page
    presses: int = 0
    letters: int = 0
    started: float = field(default_factory=time.monotonic)

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.presses += 1

    def reach(self, target: Locator) -> None:
        """Move the focus to `target` with Tab; a page that does not lead there fails."""
        expect(target).to_be_visible()
        for _ in range(FURTHEST):
            if target.evaluate("found => found === document.activeElement"):
                return
            self.press("Tab")
        pytest.fail(f"Tab does not reach {target}")

    def write(self, target: Locator, text: str) -> None:
        """Type into a field."""
        self.reach(target)
        self.page.keyboard.type(text)
        self.letters += len(text)

    def choose(self, target: Locator, value: str) -> None:
        """Go down a select's options until `value` is chosen."""
        self.reach(target)
        for _ in range(FURTHEST):
            if target.input_value() == value:
                return
            self.press("ArrowDown")
        pytest.fail(f"the arrow keys do not reach {value!r}")

    def enter(self, target: Locator) -> None:
        """Press Enter on a button or a link."""
        self.reach(target)
        self.press("Enter")

    def told(self) -> str:
        """What the work has taken so far."""
        seconds = time.monotonic() - self.started
        return (
            f"no click, {self.presses} keys besides {self.letters} letters typed, {seconds:.1f} s"
        )


def log_in(page: Page, live: str, account: Account) -> Keyboard:
    """Log in on the login page, by keyboard."""
    page.goto(f"{live}/login")
    keys = Keyboard(page)
    keys.write(page.get_by_label("用户名"), account.username)
    keys.write(page.get_by_label("密码"), PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("今日")
    return keys


def take_down(keys: Keyboard, live: str) -> str:
    """Enter a request in the six fields and return its tracking code from the toast."""
    page = keys.page
    page.goto(f"{live}/petitions/new")
    keys.write(page.get_by_label("诉求人", exact=True), "张桂兰")
    keys.write(page.get_by_label("联系电话"), "13800006721")
    keys.choose(page.locator("#f-channel"), "phone")
    keys.write(page.get_by_label("地点"), "3 栋楼下")
    keys.choose(page.locator("#f-category"), "road.lamp")
    keys.write(page.locator("#f-content"), LAMP)
    keys.enter(page.get_by_role("button", name="登记并开始计时"))
    expect(page).to_have_url(re.compile(r"/petitions/\d+$"))
    toast = page.locator(".gv-toast", has_text="查询码")
    expect(toast).to_be_visible()
    found = CODE.search(toast.inner_text())
    assert found
    return found[0]


def expect_state(page: Page, state: str) -> None:
    """Wait until the page of a petition shows its state as `state`."""
    expect(page.get_by_text(state, exact=True).first).to_be_visible()


def bring_to_the_end(keys: Keyboard) -> None:
    """Accept, dispatch, claim, reply, call back and close off the petition on the page."""
    page = keys.page

    def send(verb: str) -> None:
        keys.enter(page.locator(f"#move-{verb} button[type=submit]"))
        expect(page.locator(f"#move-{verb}")).to_have_count(0)

    send("accept")
    keys.choose(page.locator("#move-dispatch #f-taker"), lead(page))
    keys.write(page.locator("#move-dispatch #f-handler_name"), "王五")
    send("dispatch")
    handler = page.locator("#move-claim #f-handler_name")
    if not handler.input_value():
        keys.write(handler, "王五")
    send("claim")
    keys.write(page.locator("#move-reply #f-public_text"), REPLY)
    send("reply")
    for name, value in (("result", "solved"), ("satisfaction", "satisfied")):
        choice = page.locator(f"#move-callback input[name={name}]")
        keys.reach(choice.first)
        keys.press("Space")
        expect(page.locator(f"#move-callback input[name={name}][value={value}]")).to_be_checked()
    keys.write(page.locator("#move-callback #f-caller_name"), "李敏")
    send("callback")
    send("close-off")


def lead(page: Page) -> str:
    """The first unit that a petition can be dispatched to."""
    options = page.locator("#move-dispatch #f-taker option:not([value=''])")
    return options.first.get_attribute("value") or ""


def test_a_request_goes_from_the_call_to_its_end_by_keyboard(
    page: Page, live: str, clerk: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = log_in(page, live, clerk)
    code = take_down(keys, live)
    entered = keys.told()
    bring_to_the_end(keys)
    expect_state(page, "已办结")
    with capsys.disabled():
        print(f"\nentered: {entered}; closed: {keys.told()}")  # noqa: T201

    # The resident, on a phone and without an account.
    page.context.clear_cookies()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live}/p/petitions/follow")
    page.get_by_label("查询码").fill(code)
    page.get_by_label("电话后四位").fill("6721")
    page.get_by_role("button", name="查询", exact=True).click()
    expect_state(page, "已办结")
    expect(page.get_by_text(REPLY).first).to_be_visible()


def test_the_tracking_code_stays_until_it_is_closed(page: Page, live: str, clerk: Account) -> None:
    page.clock.install()
    code = take_down(log_in(page, live, clerk), live)
    page.clock.run_for("05:00")
    toast = page.locator(".gv-toast", has_text=code)
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="关闭").click()
    expect(toast).to_have_count(0)
    # The control: what a move says goes away by itself.
    page.locator("#move-accept button[type=submit]").click()
    said = page.locator(".gv-toast")
    expect(said).to_be_visible()
    page.clock.run_for("05:00")
    expect(said).to_have_count(0)


def test_a_resident_sends_a_request_from_a_phone(
    page: Page, visit: Visit, org_tree: OrgTree
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visit(f"/p/petitions/{org_tree.community.code}")
    page.get_by_label("什么事").fill(LAMP)
    page.get_by_label("您的电话").fill("13800006721")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[data-tracking-code]")).to_have_text(CODE)


def test_switched_off_the_module_is_gone_and_on_again_everything_is_back(
    page: Page, live: str, visit: Visit, clerk: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    admin = as_user("township_admin", org_tree.township)
    public = f"/p/petitions/{org_tree.community.code}"
    take_down(log_in(page, live, clerk), live)
    address = page.url.removeprefix(live)
    page.on("dialog", lambda dialog: dialog.accept())
    menu = page.get_by_role("navigation").get_by_role("link", name="民意直通车")

    def answers(path: str) -> int:
        return page.request.get(live + path).status

    def switch(button: str, done: str) -> None:
        row = visit("/modules", admin).get_by_role("row", name=re.compile("^民意直通车"))
        row.get_by_role("button", name=button, exact=True).click()
        expect(row.get_by_role("button", name=done, exact=True)).to_be_visible()

    visit("/", clerk)
    expect(menu).to_be_visible()
    assert [answers(path) for path in ("/petitions", address, public)] == [200, 200, 200]

    switch("停用", "启用")
    visit("/", clerk)
    expect(page.get_by_role("heading", level=1)).to_contain_text("今日")
    expect(menu).to_have_count(0)
    assert [answers(path) for path in ("/petitions", address, public)] == [404, 404, 404]

    switch("启用", "停用")
    visit(address, clerk)
    expect(page.get_by_text(LAMP).first).to_be_visible()
    visit("/", clerk)
    expect(menu).to_be_visible()
    assert [answers(path) for path in ("/petitions", address, public)] == [200, 200, 200]


def test_a_draft_outlives_the_sign_in_and_ends_with_the_sending(
    page: Page, live: str, clerk: Account
) -> None:
    log_in(page, live, clerk)
    page.goto(f"{live}/petitions/new")
    content = page.locator("#f-content")
    content.press_sequentially(LAMP)
    page.wait_for_function("Object.values(localStorage).join().includes('路灯坏了三天')")
    page.context.clear_cookies()
    page.goto(f"{live}/petitions/new")
    expect(page).to_have_url(re.compile("/login"))

    log_in(page, live, clerk)
    page.goto(f"{live}/petitions/new")
    expect(content).to_have_value(LAMP)
    page.locator("#f-channel").select_option("phone")
    page.locator("#f-category").select_option("road.lamp")
    page.get_by_role("button", name="登记并开始计时").click()
    expect(page).to_have_url(re.compile(r"/petitions/\d+$"))
    page.goto(f"{live}/petitions/new")
    expect(content).to_have_value("")
