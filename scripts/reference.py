"""The reference pages of docs/: hooks, settings and orders, written from the code itself.

python scripts/reference.py write     write the pages again
python scripts/reference.py check     exit with 1 when a page is not what the code says
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from workspace import ROOT, members

__all__ = ["PAGES", "hooks_page", "orders_page", "settings_page", "stale"]

_WRITTEN = "<!-- 由 scripts/reference.py 从代码生成；改代码后运行 reference.py write。 -->"

_HOOKS = """# 钩子参考

插件实现下列钩子；只写用得上的。规则见[插件作者指南](plugins.md)。

- 一律是普通 `def`；`async def` 会在装载时被拒绝。
- 参数按名字取，用不到的可以不写；名字写错在装载时报错。
- 返回可迭代对象的钩子可以写成生成器。
- 在请求中运行的钩子第一个参数是 `ctx`，各自在保存点里单独调用：一个插件抛错，只少它自己的一份。
"""
_SETTINGS = """# 设置参考

## 部署配置

写在数据目录的 `qimen.toml`；同名的环境变量（前缀 `QIMEN_`）优先。改后重启生效。
"""
_UNIT_SETTINGS = """## 单位设置

在界面“设置”页按单位修改，立即生效；下级没有单独设定时沿用上级，都没有时用部署配置里
`[settings.插件名]` 的值，再没有才是默认值。已经起算的时限不受影响。
"""

# A key that is missing here stops the script, so that none goes out unexplained.
_CONFIG = {
    "data": "数据目录：数据库、密钥和文件；由 `--data` 或 `QIMEN_DATA` 指明，不写在文件里",
    "database_url": "数据库地址；空为数据目录里的 SQLite，PostgreSQL 写 `postgresql://…`",
    "site_name": "页面左上角的名字",
    "plugins": "要装载的插件；装了发行包不等于装载",
    "on_plugin_error": "坏插件：`skip` 跳过并报告，`fail` 拒绝启动",
    "townships": "按单位代码固定停用的插件：`[townships.341024103000]` 下写 `off = […]`",
    "settings": "全部署的插件设置：`[settings.orders]` 下写键和值",
    "policy": "口令与会话规则：`dengbao2`、`dengbao3` 或 `asvs`",
    "secure_cookies": "Cookie 只走 HTTPS；只有演示可以关",
    "outbound": "服务器可以访问的外部地址（协议加主机，如 `https://sms.example.cn`）；空为不连任何外部地址",
    "sms": "短信网关：`[sms]` 下写 `url`、`headers`、`body`、`accepted`；没有时改为电话告知清单",
    "dev": "开发者页面，模板随改随用",
    "demo": "这是演示：页面上有横条",
}


def hooks_page() -> str:
    """The page of all hooks, those of core first, then those that plugins declare."""
    parts = [_WRITTEN, "", _HOOKS]
    for title, module in _spec_modules():
        parts += [f"## {title}", ""]
        for name, function in _specs(module):
            signature = f"def {name}{_signature(function)}"
            parts += [f"### {name}", "", "```python", signature, "```", "", _told(function), ""]
    return "\n".join(parts).rstrip() + "\n"


def settings_page() -> str:
    """The page of the deployment's configuration and of every package's settings."""
    from qimen_core.config import QimenConfig

    parts = [_WRITTEN, "", _SETTINGS]
    parts += _table(("键", "类型", "默认值", "意思"), _config_rows(QimenConfig))
    parts += ["", _UNIT_SETTINGS]
    for plugin, label, model in _settings_models():
        parts += [f"### {label}（`{plugin}`）", ""]
        parts += [*_table(("键", "名称", "默认值", "依据"), _setting_rows(model)), ""]
    return "\n".join(parts).rstrip() + "\n"


def orders_page() -> str:
    """The page of the transition table of orders, as the engine itself tells it."""
    from qimen_orders.diagram import page

    return f"{_WRITTEN}\n\n{page()}"


PAGES: dict[str, Callable[[], str]] = {
    "hooks.md": hooks_page,
    "settings.md": settings_page,
    "orders.md": orders_page,
}


def stale() -> list[str]:
    """The pages that are not what the code says."""
    docs = ROOT / "docs"
    return [name for name, page in PAGES.items() if not _says(docs / name, page())]


def _says(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text("utf-8") == text


def _spec_modules() -> Iterator[tuple[str, ModuleType]]:
    for member in members():
        for package in member.packages:
            name = f"{package.name}.hookspecs"
            if find_spec(name) is not None:
                owner = "核心" if package.name == "qimen_core" else package.name
                yield owner, import_module(name)


def _specs(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, thing in vars(module).items():
        # pluggy leaves this mark on what `hookspec` decorates.
        if inspect.isfunction(thing) and hasattr(thing, "qimen_spec"):
            yield name, thing


def _signature(function: Callable[..., object]) -> str:
    """The definition as it is written, without quotes around names that are imported late."""
    definition = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(definition, ast.FunctionDef)
    returned = f" -> {ast.unparse(definition.returns)}" if definition.returns else ""
    return f"({ast.unparse(definition.args)}){returned}".replace("'", "")


def _told(function: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def _config_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        shown = "必填" if field.is_required() else f"`{_default(field)!r}`"
        yield f"`{name}`", f"`{_type(field)}`", shown, _CONFIG[name]


def _setting_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        source = str(extra.get("source", "")) if isinstance(extra, dict) else ""
        described = (
            f"{field.title or name}。{field.description}" if field.description else field.title
        )
        yield f"`{name}`", str(described or ""), f"`{_default(field)}`", source


def _settings_models() -> Iterator[tuple[str, str, type[BaseModel]]]:
    from qimen_core.settings import CORE_SETTINGS

    yield "core", str(CORE_SETTINGS.label), CORE_SETTINGS.model
    for member in members():
        for package in member.packages:
            if find_spec(f"{package.name}.plugin") is None:
                continue
            plugin = import_module(f"{package.name}.plugin")
            register = getattr(plugin, "register_settings", None)
            if register is not None:
                spec = register()
                yield plugin.meta.name, str(spec.label), spec.model


def _default(field: FieldInfo) -> object:
    value = field.get_default(call_default_factory=True)
    return "" if value is PydanticUndefined else value


def _type(field: FieldInfo) -> str:
    annotation = field.annotation
    shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    return re.sub(r"\b(?:typing|qimen_core|config)\.", "", shown)


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def main(arguments: list[str]) -> int:
    """Writes or checks the pages. Returns 0, 1 (a page is out of date) or 2 (used wrong)."""
    if arguments == ["write"]:
        for name, page in PAGES.items():
            (ROOT / "docs" / name).write_text(page(), "utf-8")
        return 0
    if arguments == ["check"]:
        old = stale()
        for name in old:
            print(f"docs/{name} is not what the code says: run reference.py write", file=sys.stderr)
        return 1 if old else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
