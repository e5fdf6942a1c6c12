"""Every rule of the project's linters fires on a line that breaks it, and on nothing else."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import lint_css
import lint_python
import lint_templates
from findings import Finding

Check = Callable[[Path], Iterable[Finding]]


def rules_broken(check: Check, path: Path, source: str) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return sorted({finding.rule for finding in check(path)})


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("from sqlmodel import text\nq = text('select 1')", "sql-text"),
        ("import sqlalchemy as sa\nq = sa.text('select 1')", "sql-text"),
        ("from sqlalchemy import text as t\nq = t('select 1')", "sql-text"),
        ("def f(db):\n    return db.engine.raw_connection()", "sql-raw"),
        ("def f(self):\n    return self.engine.connect()", "sql-raw"),
        ("import sqlite3", "sql-raw"),
        ("from psycopg import connect", "sql-raw"),
        ("from sqlmodel import insert\nq = insert(Order)", "sql-bulk"),
        ("from sqlalchemy import update\ndef f(s):\n    s.execute(update(Order))", "sql-bulk"),
        ("def f(session):\n    session.bulk_save_objects([])", "sql-bulk"),
        ("from sqlalchemy import insert\ndef f(f):\n    f.write(insert(Order))", "sql-bulk"),
        ("from datetime import datetime\nx = datetime.now()", "clock"),
        ("import datetime\nx = datetime.datetime.utcnow()", "clock"),
        ("from datetime import date\nx = date.today()", "clock"),
        ("import time\nx = time.time()", "clock"),
        ("from time import time as t\nx = t()", "clock"),
        ("x = '已受理'", "chinese"),
        ("def f(n):\n    return f'共{n}件'", "chinese"),
        ("def f(n):\n    return _(f'共{n}件')", "chinese"),
        ("raise ValueError('未找到')", "chinese"),
    ],
)
def test_python_rule_fires(tmp_path: Path, source: str, rule: str) -> None:
    assert rules_broken(lint_python.check, tmp_path / "services.py", source) == [rule]


@pytest.mark.parametrize(
    "source",
    [
        '"""中文说明。"""\ndef f():\n    """中文。"""',
        "label = _('已受理')",
        "message = _('共{n}件').format(n=3)",
        "field = Field(json_schema_extra={'source': '《信访工作条例》第二十三条'})",
        "spec = PersonalField(basis='《个人信息保护法》第十三条')",
        "from sqlmodel import update\ndef f(uow):\n    s = update(Order)\n    return uow.claim(s)",
        "from sqlalchemy import insert\nfrom qimen_core.db.bookkeeping import bookkeeping\n"
        "def f(db):\n    with bookkeeping(db) as work:\n        work.write(insert(WebSession))",
        "def f(clock):\n    return clock.now()",
        "import time\nx = time.monotonic()",
        "def f(s):\n    s.update({'a': 1})\n    s.insert(0, 1)\n    return s.text('x')",
        "x = '祁山镇'  # lint-ok: chinese -- a name of the division table",
        "# lint-ok: chinese -- a name of the division table\nx = '祁山镇'",
        "# lint-ok-file: chinese -- surnames are data\na = '单'\n\n\nb = '曾'",
    ],
)
def test_python_rules_leave_good_code_alone(tmp_path: Path, source: str) -> None:
    assert rules_broken(lint_python.check, tmp_path / "services.py", source) == []


def test_a_waiver_needs_a_reason_and_the_right_rule(tmp_path: Path) -> None:
    for comment in ("# lint-ok: chinese --", "# lint-ok: chinese", "# lint-ok: clock -- because"):
        source = f"x = '祁山镇'  {comment}"
        assert rules_broken(lint_python.check, tmp_path / "services.py", source) == ["chinese"]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("qimen_core/db/fts.py", "from sqlalchemy import text\nx = text('select 1')", []),
        ("migrations/versions/a.py", "from sqlalchemy import text\nx = text('select 1')", []),
        ("qimen_core/dbx/fts.py", "from sqlalchemy import text\nx = text('s')", ["sql-text"]),
        ("qimen_core/clock.py", "import time\nx = time.time()", []),
        ("qimen_petitions/demo.py", "x = '路灯坏了'", []),
        ("qimen_petitions/demo/texts.py", "x = '路灯坏了'", []),
        ("qimen_petitions/demolition.py", "x = '路灯坏了'", ["chinese"]),
    ],
)
def test_python_rules_know_their_places(
    tmp_path: Path, path: str, source: str, expected: list[str]
) -> None:
    assert rules_broken(lint_python.check, tmp_path / path, source) == expected


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("<script>alert(1)</script>", "template-inline"),
        ("<style>a { color: red }</style>", "template-inline"),
        ('<p style="color: {{ c }}">x</p>', "template-inline"),
        ('<button onclick="go()">x</button>', "template-inline"),
        ('<button hx-on:click="go()">x</button>', "template-inline"),
        ('<a href="javascript:go()">x</a>', "template-inline"),
        ('<p hx-trigger="click[ctrlKey]">x</p>', "template-inline"),
        ('<p hx-vals="js:{a: 1}">x</p>', "template-inline"),
        ('<script src="https://cdn.example/x.js"></script>', "template-external"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "template-external"),
        ('<img src="http://example.org/x.png" alt="">', "template-external"),
        ("{{ text|safe }}", "template-unsafe"),
        ("{% autoescape false %}{{ text }}{% endautoescape %}", "template-unsafe"),
        ("{{ Markup(text) }}", "template-unsafe"),
        ("<p>已受理</p>", "template-text"),
        ('<input placeholder="请输入">', "template-text"),
        ("{{ field('标题') }}", "template-text"),
        ("{% set title = '标题' %}", "template-text"),
        ("{% if %}", "template-syntax"),
    ],
)
def test_template_rule_fires(tmp_path: Path, source: str, rule: str) -> None:
    assert rules_broken(lint_templates.check, tmp_path / "x.html", source) == [rule]


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('已受理') }}</p>",
        "<p>{% trans %}已受理{% endtrans %}</p>",
        "<p>{% trans count=n %}共{{ count }}件{% pluralize %}共{{ count }}件{% endtrans %}</p>",
        "{# 说明 #}<!-- 说明 --><p>x</p>",
        "<script src=\"{{ asset('web/app.js') }}\" defer></script>",
        '<a href="https://beian.example/">x</a>',
        '<p {% if a > 1 %}class="b"{% endif %} hx-trigger="revealed">x</p>',
        "{{ ui.field(label=_('标题'), hint=_('不超过{n}字').format(n=20)) }}",
    ],
)
def test_template_rules_leave_good_markup_alone(tmp_path: Path, source: str) -> None:
    assert rules_broken(lint_templates.check, tmp_path / "x.html", source) == []


def test_a_template_finding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text("<div>\n{% if a %}\n<p>\n\n已受理</p>\n{% endif %}\n</div>", encoding="utf-8")
    assert [finding.line for finding in lint_templates.check(path)] == [5]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("a:has(b) { color: red }", "css-floor"),
        ("a { color: oklch(50% 0.1 20) }", "css-floor"),
        ("a { color: color-mix(in srgb, red, blue) }", "css-floor"),
        ("a { color: light-dark(red, blue) }", "css-floor"),
        ("@layer base { a { color: red } }", "css-floor"),
        ("@container (min-width: 3rem) { a { color: red } }", "css-floor"),
        ("@media (width >= 600px) { a { color: red } }", "css-floor"),
        ("a { height: 100dvh }", "css-floor"),
        ("a { color: red; rotate: 3deg }", "css-floor"),
        ("a { color: red; &:hover { color: blue } }", "css-floor"),
        ("a { @media print { color: blue } }", "css-floor"),
        ("@media print { a { b { color: red } } }", "css-floor"),
        ("@import 'other.css';", "css-external"),
        ("a { background: url(https://cdn.example/x.png) }", "css-external"),
        ("a { background: url('//cdn.example/x.png') }", "css-external"),
    ],
)
def test_css_rule_fires(tmp_path: Path, source: str, rule: str) -> None:
    assert rules_broken(lint_css.check, tmp_path / "x.css", source) == [rule]


@pytest.mark.parametrize(
    "source",
    [
        "@supports selector(:has(a)) { a:has(b) { color: red; & b { color: blue } } }",
        "@supports (height: 100dvh) { a { height: 100dvh } }",
        "@keyframes in { from { opacity: 0 } to { opacity: 1 } }",
        "@media (min-width: 600px) { a { transform: rotate(3deg) scale(1.1) } }",
        "/* a:has(b) { color: oklch(1 2 3) } */ a::after { content: ':has(x)' }",
        "a { background: url(../img/x.svg); --gap: calc(1rem + 2px) }",
    ],
)
def test_css_rules_leave_good_style_alone(tmp_path: Path, source: str) -> None:
    assert rules_broken(lint_css.check, tmp_path / "x.css", source) == []
