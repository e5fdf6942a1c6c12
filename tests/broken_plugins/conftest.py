"""Where the broken plugins are found: on the path of one test, as one installed distribution."""

import sys
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "modules"
NAMES = sorted(file.stem for file in MODULES.glob("broken_*.py"))


@pytest.fixture
def broken_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Install the distribution ``broken-plugins`` 0.3 for this test and return its PYTHONPATH."""
    info = tmp_path / "site" / "broken_plugins-0.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugins\nVersion: 0.3\n")
    points = "\n".join(f"{name} = {name}" for name in NAMES)
    (info / "entry_points.txt").write_text(f"[qimen.plugins]\n{points}\n")
    for folder in (info.parent, MODULES):
        monkeypatch.syspath_prepend(folder)
    invalidate_caches()
    yield f"{MODULES}:{info.parent}"
    for name in NAMES:
        sys.modules.pop(name, None)
