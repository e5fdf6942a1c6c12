"""Imports go down: web → core, plugin → core's public names and those it requires."""

from pathlib import Path

import pytest

from lint_imports import ImportRules, workspace_rules

META = "meta = PluginMeta({name!r}, '甲', '>=0', requires={requires!r})\n"


def test_the_workspace_imports_downwards_only() -> None:
    rules = workspace_rules()
    assert set(rules.packages) >= {"qimen_core", "qimen_web", "qimen_orders", "qimen_petitions"}
    files = [path for folder in rules.packages.values() for path in folder.rglob("*.py")]
    assert [str(finding) for path in files for finding in rules.check(path)] == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A core, a plugin `low`, and a plugin `high` that requires `low`."""
    for name, text in {
        "qimen_core/__init__.py": "__all__ = ['PluginMeta']\n",
        "qimen_core/db/__init__.py": "",
        "qimen_core/db/session.py": "__all__ = ['scope']\n",
        "qimen_core/runtime.py": "",
        "qimen_core/testing/__init__.py": "",
        "qimen_low/__init__.py": "",
        "qimen_low/plugin.py": META.format(name="low", requires=()),
        "qimen_low/services.py": "__all__ = ['take']\n",
        "qimen_high/__init__.py": "",
        "qimen_high/plugin.py": META.format(name="high", requires=("low",)),
        "qimen_lone/__init__.py": "",
        "qimen_lone/plugin.py": META.format(name="lone", requires=()),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "source", "rule"),
    [
        ("qimen_core/a.py", "import litestar", "import-framework"),
        ("qimen_core/a.py", "def f():\n    import starlette", "import-framework"),
        ("qimen_core/a.py", "from qimen_low.services import take", "import-plugin"),
        ("qimen_core/testing/a.py", "from qimen_low.services import take", "import-plugin"),
        ("qimen_low/a.py", "from qimen_core import Secret", "import-private"),
        ("qimen_low/a.py", "from qimen_core.db.session import _limit", "import-private"),
        ("qimen_low/a.py", "import qimen_core.runtime", "import-private"),
        ("qimen_lone/a.py", "from qimen_low.services import take", "import-plugin"),
        ("qimen_low/a.py", "def f():\n    from qimen_high import x", "import-plugin"),
        ("qimen_high/a.py", "from qimen_low.services import _give", "import-private"),
    ],
)
def test_an_import_upwards_or_of_a_private_name_is_found(
    tree: Path, file: str, source: str, rule: str
) -> None:
    assert rule in found(tree, file, source)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("qimen_core/testing/a.py", "def f():\n    from qimen_low.services import take"),
        ("qimen_low/a.py", "from qimen_core import PluginMeta"),
        ("qimen_low/a.py", "from qimen_core.db.session import scope"),
        ("qimen_low/a.py", "from qimen_core.db import session"),
        ("qimen_low/a.py", "from qimen_low.services import _give"),
        ("qimen_high/a.py", "from qimen_low.services import take"),
    ],
)
def test_an_import_downwards_of_a_public_name_is_fine(tree: Path, file: str, source: str) -> None:
    assert found(tree, file, source) == []


def found(tree: Path, file: str, source: str) -> list[str]:
    path = tree / file
    path.write_text(source, encoding="utf-8")
    rules = ImportRules({folder.name: folder for folder in tree.iterdir()})
    return [finding.rule for finding in rules.check(path)]
