"""Which places a text names: estates and buildings first, villages and roads after.

Chinese has no spaces, so where a name begins is a guess and where it ends is not. Two names are
compared by their ends: "请解决丽景新城" and "丽景新城小区" name one place.
"""

# lint-ok-file: chinese -- suffixes of place names in the texts that are read, not shown

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Places", "agree", "is_estate", "place_label", "places_of"]

_CORE = 2
_LONGEST = 8
# So much of a name's end tells it from others.
_KNOWN = 4
# What an estate's name ends with; the longer ending first.
_ESTATE = re.compile(
    "小区|花园|家园|新村|新城|公馆|公寓|大厦|广场|山庄|别墅|帝景|国际|商城|安置房|宿舍|家属院|大院"
    "|(?<![政官])府(?![的工])"
    "|(?<![全县省老进农电古])城(?![市管乡区镇关建投轨际步里铁中])"
    "|(?<![儿公校校乐术])园(?![区林丁长地])"
    "|(?<![家法])庭(?![审长院])"
    "|苑(?!路)|湾(?!区|路)|郡|墅|轩|邸"
)
_AREA = re.compile(
    "社区|巷(?![道口子])|胡同|(?<![农乡全自本])村(?![民委里])|街道|镇(?!政|里)|大道|路(?![口灯面边上段由过人])"
)
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+$")
# Before these a name cannot have begun.
_CUT = re.compile(
    "[A-Z]?[0-9]*[市区县镇]|街道|[0-9]+号|大道|路|社区|村"
    "|反映|投诉|举报|咨询|关于|位于|座落在|坐落于|解决|建议|希望|请问|请求|要求|地址|对于|强烈|严重"
    "|我们|他们|居住|购买|业主|领导|您好|你好|[的在是对请我和与有了住于到从给就这该本为将向把让问及被由因至往买个]"
)
# The last two characters before an ending that are words of speech and no name.
_SPEECH = (
    "我们 你们 他们 咱们 整个 每个 各个 所有 多个 几个 其他 附近 周边 旁边 "
    "住宅 居民 商业 老旧 封闭 学生 人民 教师 职工 单身 安置 高档 新建 物业 "
    "入住 在建 一些 有些 许多 很多 全部 同一 影响 导致 进入 一个 两个 现在 "
    "目前 这个 那个 进出 出入 因为 占用 一期 二期 三期 四期 大型 离开 造成 "
    "发现 回到 包括 破坏 作为 任何 如果 但是 而且 以及 可是 所以 由于 经过 "
    "通过 根据 关系 管理 开放 城市 公共 中心 大门 负责 开发 严重 花园 家园 "
    "优质 普通 智慧 文明 和谐 平安 美丽 联系 关注 改造 拆迁 楼盘 相邻 隔壁 "
    "对面 紧邻 靠近 "
)
_NOT_A_NAME = frozenset(_SPEECH.split())
_OUTER = re.compile(
    r"[A-Z][0-9]*[市区县]|[\u4e00-\u9fff](?![全我本城该各超夜菜])[\u4e00-\u9fff][市县]"
)
_PARTICLES = frozenset("从的了是在就这该们和与都也还又很被把让")


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a text names.

    Attributes:
        estates: Estates and buildings, by the end of their name → the name as far as it is known.
        areas: Villages, communities, towns and roads, likewise.
        outer: Cities, districts and counties.
        text: What was read.
    """

    estates: dict[str, str]
    areas: dict[str, str]
    outer: frozenset[str]
    text: str = ""


@lru_cache(maxsize=20_000)
def places_of(text: str) -> Places:
    """Return the places that a text names; most texts name one or two."""
    outer = frozenset(_OUTER.findall(text))
    return Places(_named(text, _ESTATE), _named(text, _AREA), outer, text)


def _named(text: str, endings: re.Pattern[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in endings.finditer(text):
        before = _HAN.search(text, max(0, match.start() - _LONGEST), match.start())
        core = _core(before[0]) if before else ""
        last = core[-_CORE:]
        if len(core) < _CORE or _is_speech(last):
            continue
        ending = match[0]
        if ending == "小区" and (inner := _inner(core, endings)):
            key, name = inner
        else:
            key, name = core[-_CORE:] + ending, core + ending
        if key not in found or len(name) < len(found[key]):
            found[key] = name
    return found


def _is_speech(word: str) -> bool:
    return bool(word in _NOT_A_NAME or _PARTICLES.intersection(word) or _CUT.fullmatch(word))


def _inner(core: str, endings: re.Pattern[str]) -> tuple[str, str] | None:
    """Let "丽景新城小区" be "丽景新城": the ending that only says what kind of place it is goes."""
    for match in endings.finditer(core):
        if match.end() == len(core) and match.start() >= _CORE:
            return core[match.start() - _CORE :], core
    return None


def _core(before: str) -> str:
    """Return the name's own part: what follows the last word that cannot be part of it."""
    start = 0
    for match in _CUT.finditer(before):
        if match.end() <= len(before) - _CORE:
            start = match.end()
    return before[start:]


def agree(one: Places, other: Places) -> bool | None:
    """Say whether two texts speak of one place; None where they do not say enough.

    The finer kind decides: two estates in one street are two places.
    """
    for mine, theirs in ((one.estates, other.estates), (one.areas, other.areas)):
        if mine.keys() & theirs.keys():
            return True
        if _mentioned(mine, other.text) or _mentioned(theirs, one.text):
            return True
        if mine and theirs:
            return False
    return False if _elsewhere(one.outer, other.outer) else None


def _elsewhere(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two districts or two counties are named; a city and its district are not two."""
    if one & other:
        return False
    return bool({name[-1] for name in one} & {name[-1] for name in other})


def is_estate(name: str) -> bool:
    """Say whether a name is one of an estate or a building, and not of a road or a village."""
    return any(match.end() == len(name) for match in _ESTATE.finditer(name))


def _mentioned(names: dict[str, str], text: str) -> bool:
    """Say whether a name stands in a text without its ending: "锦绣东方" for "锦绣东方小区"."""
    plain = (name.removesuffix("小区") for name in names.values() if name.endswith("小区"))
    return any(len(name) > _CORE and name[-_KNOWN:] in text for name in plain)


def place_label(one: Places, other: Places) -> str:
    """Return the name that two texts share, ``""`` for none; the shorter spelling."""
    for mine, theirs in ((one.estates, other.estates), (one.areas, other.areas)):
        for key in mine.keys() & theirs.keys():
            return min(mine[key], theirs[key], key=len)
    return ""
