"""The command line: what it prints, where, and with which exit code."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from qimen_core.cli import cli
from qimen_core.logs import configure_logs

TABLE = """code,name,level,parent_code
341024100001,东街社区,village,341024100000
341024100000,祁山镇,town,341024000000
341024102000,金字牌镇,town,341024000000
341024000000,祁门县,county,
"""


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    configure_logs(logging.WARNING)
    yield
    structlog.reset_defaults()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "qimen.toml").write_text('plugins = ["web"]\n', "utf-8")
    return folder


def run(data: Path | None, *words: str, stdin: str = "") -> Result:
    where = ["--data", str(data)] if data else []
    return CliRunner().invoke(cli, [*words, *where], input=stdin)


def answer(data: Path, *words: str, code: int = 0) -> Any:
    result = run(data, *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def county(data: Path, tmp_path: Path) -> Path:
    """A deployment with the tree of `TABLE`."""
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    assert run(data, "db", "upgrade").exit_code == 0
    assert run(data, "org", "import", str(table)).exit_code == 0
    return data


def test_help_is_in_chinese_and_needs_no_deployment() -> None:
    result = run(None, "org", "--help")
    assert result.exit_code == 0
    assert "组织树" in result.stdout
    assert "显示这段说明" in result.stdout


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["org", "move", "1"], "缺少 NEW_PARENT"),
        (["org", "stat"], "没有命令 stat"),
        (["org", "stats", "--jsn"], "没有选项 --jsn"),
        (["serve", "--port", "x"], "--port 的值不对"),
    ],
)
def test_wrong_usage_is_exit_2(words: list[str], part: str) -> None:
    result = run(None, *words)
    assert result.exit_code == 2
    assert part in result.stderr


def test_pending_migrations_are_named_with_their_remedy(data: Path) -> None:
    result = run(data, "org", "stats")
    assert result.exit_code == 1
    assert "qimen db upgrade" in result.stderr
    assert answer(data, "db", "status", code=1)[0]["pending"] is True
    assert run(data, "check").exit_code == 1


def test_the_database_is_upgraded_checked_and_taken_back(data: Path) -> None:
    assert {each["plugin"] for each in answer(data, "db", "upgrade")} >= {"core", "web"}
    assert answer(data, "db", "upgrade") == []
    assert not any(answer(data, "db", "check").values())
    assert run(data, "db", "downgrade", "web", "--yes").exit_code == 0
    status = {each["plugin"]: each for each in answer(data, "db", "status", code=1)}
    assert status["web"]["pending"]
    assert not status["core"]["pending"]
    assert run(data, "db", "downgrade", "nothing", "--yes").exit_code == 2


def test_a_tree_is_imported_counted_and_moved(county: Path, tmp_path: Path) -> None:
    stats = answer(county, "org", "stats")
    assert stats == {"kinds": {"county": 1, "township": 2, "community": 1}, "total": 4}
    again = answer(county, "org", "import", str(tmp_path / "table.csv"))
    assert (again["created"], again["unchanged"]) == (0, 4)
    moved = answer(county, "org", "move", "341024100001", "341024102000")
    assert moved["path"] == ["祁门县", "金字牌镇", "东街社区"]
    assert answer(county, "org", "stats", "--unit", "341024102000")["total"] == 2


def test_a_wrong_table_names_file_line_and_remedy(data: Path, tmp_path: Path) -> None:
    run(data, "db", "upgrade")
    table = tmp_path / "bad.csv"
    table.write_text(TABLE + "12,短,village,341024100000\n", "utf-8")
    result = run(data, "org", "import", str(table))
    assert result.exit_code == 1
    assert f"{table} 第 6 行" in result.stderr
    assert "应为 12 位" in result.stderr
    told = answer(data, "org", "import", str(table), code=1)
    assert [problem["line"] for problem in told["problems"]] == [6]
    assert answer(data, "org", "stats")["total"] == 0
    missing = run(data, "org", "import", str(tmp_path / "none.csv"))
    assert missing.exit_code == 1
    assert "none.csv" in missing.stderr


def test_a_dry_run_writes_nothing(data: Path, tmp_path: Path) -> None:
    run(data, "db", "upgrade")
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    assert answer(data, "org", "import", str(table), "--dry-run")["created"] == 4
    assert answer(data, "org", "stats")["total"] == 0


def test_accounts_are_made_listed_and_given_a_new_password(county: Path) -> None:
    made = answer(
        county, "user", "create", "wangfang", "--name", "王芳", "--unit", "341024100001",
        "--role", "community_clerk",
    )  # fmt: skip
    assert len(made["password"]) >= 10
    (listed,) = answer(county, "user", "list")
    assert listed == {
        "username": "wangfang",
        "name": "王芳",
        "unit": "东街社区",
        "state": "active",
        "roles": ["community_clerk"],
    }
    given = run(county, "user", "password", "wangfang", "--password-stdin", stdin="Ab1-short\n")
    assert given.exit_code == 1
    good = run(
        county, "user", "password", "wangfang", "--password-stdin", stdin="Beitang-2719-qiao\n"
    )
    assert good.exit_code == 0
    assert "Beitang" not in good.output
    assert run(county, "user", "password", "nobody").exit_code == 1
    unknown = ("user", "create", "x123", "--name", "甲", "--unit", "341024100001", "--role", "king")
    assert run(county, *unknown).exit_code == 2


def test_metrics_are_numbers_of_rows(county: Path) -> None:
    figures = answer(county, "metrics")
    assert figures["communities"] == {"count": 1}
    assert answer(county, "metrics", "--unit", "341024102000")["communities"] == {"count": 0}
    assert run(county, "metrics", "--period", "last week").exit_code == 1


def test_plugins_say_what_is_wrong_and_exit_1(data: Path) -> None:
    assert [each["state"] for each in answer(data, "plugins")] == ["loaded"]
    (data / "qimen.toml").write_text('plugins = ["web", "no_such_plugin"]\n', "utf-8")
    reports = {each["name"]: each for each in answer(data, "plugins", code=1)}
    assert reports["no_such_plugin"]["state"] == "failed"
    assert "pip install" in reports["no_such_plugin"]["reason"]


def test_hooks_are_told_with_signature_and_users(data: Path) -> None:
    names = {each["name"]: each for each in answer(data, "hooks")}
    assert names["nav_items"]["plugins"] == ["web"]
    (one,) = answer(data, "hooks", "org_panels")
    assert one["signature"].startswith("org_panels(ctx")
    assert run(data, "hooks", "no_such_hook").exit_code == 2


def test_a_deployment_in_order_passes_and_a_wrong_path_is_found(county: Path) -> None:
    assert not any(answer(county, "check").values())
    engine = create_engine(f"sqlite:///{county / 'qimen.db'}")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE core_org SET path = '0000zzzzzzzz' WHERE code = '341024100001'")
        )
    engine.dispose()
    assert "core_org" in answer(county, "check", code=1)["tree"][0]


def test_a_changed_audit_row_is_found(county: Path) -> None:
    assert answer(county, "audit", "verify")["intact"] is True
    engine = create_engine(f"sqlite:///{county / 'qimen.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER core_audit_no_update"))
        connection.execute(text("UPDATE core_audit SET actor = '别人' WHERE seq = 1"))
    engine.dispose()
    verdict = answer(county, "audit", "verify", code=1)
    assert verdict["intact"] is False
    assert verdict["faults"]


def test_the_demo_prints_its_accounts_and_is_seeded_once(data: Path) -> None:
    (data / "qimen.toml").write_text('demo = true\nplugins = ["web"]\n', "utf-8")
    first = answer(data, "demo", "--seed-only", "--port", "8123")
    assert first["url"] == "http://127.0.0.1:8123"
    assert {"username", "password", "role", "unit"} <= first["accounts"][0].keys()
    total = answer(data, "org", "stats")["total"]
    assert answer(data, "demo", "--seed-only", "--port", "8123") == first
    assert answer(data, "org", "stats")["total"] == total == 137
    assert answer(data, "metrics")["communities"] == {"count": 7}


def test_reset_removes_a_demo_and_nothing_else(county: Path) -> None:
    refused = run(county, "demo", "--reset", "--seed-only")
    assert refused.exit_code == 1
    assert "demo = true" in refused.stderr
    assert answer(county, "org", "stats")["total"] == 4
    kept = county / "note.txt"
    kept.write_text("keep", "utf-8")
    (county / "qimen.toml").write_text('demo = true\nplugins = ["web"]\n', "utf-8")
    assert run(county, "demo", "--reset", "--seed-only").exit_code == 0
    assert kept.read_text("utf-8") == "keep"


def test_a_gateways_secret_is_shown_once_or_read_and_must_be_long(county: Path) -> None:
    made = run(county, "gateway", "secret", "sms")
    assert made.exit_code == 0, made.output
    assert len(made.stdout.strip()) >= 40
    short = run(county, "gateway", "secret", "sms", "--stdin", stdin="short\n")
    assert short.exit_code == 1
    assert "16" in short.output
    given = run(county, "gateway", "secret", "sms", "--stdin", stdin="given-by-the-gateway\n")
    assert given.exit_code == 0
    assert "given-by-the-gateway" not in given.output
    assert run(county, "gateway", "secret", "a/b").exit_code == 1
