"""Pinyin initials, so that 城北社区 is found by typing ``cbsq``."""

# lint-ok-file: chinese -- surnames and how they are read

import unicodedata

from pypinyin import Style, lazy_pinyin

__all__ = ["initials", "name_initials"]

# Surnames that are read otherwise than the same character elsewhere (通用规范汉字表, 姓氏人名用字).
_SURNAMES = {
    "单": "s", "曾": "z", "区": "o", "仇": "q", "解": "x", "查": "z", "翟": "z", "覃": "q",
    "召": "s", "折": "s", "繁": "p", "秘": "b", "种": "c", "重": "c", "洗": "x", "冼": "x",
    "句": "g", "乐": "y", "尉": "w", "缪": "m", "员": "y", "盖": "g", "朴": "p", "黑": "h",
    "祭": "z", "能": "n", "谌": "c", "乜": "n", "隗": "w", "郗": "x", "郇": "x", "逄": "p",
    "佘": "s", "瞿": "q", "石": "s", "车": "c", "卜": "b", "藏": "z", "长": "c", "盛": "s",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "单于": "cy", "尉迟": "yc", "万俟": "mq", "长孙": "zs", "澹台": "tt", "宰父": "zf",
    "令狐": "lh", "呼延": "hy", "鲜于": "xy", "拓跋": "tb", "夏侯": "xh", "乐正": "yz",
}  # fmt: skip


def initials(text: str) -> str:
    """Return the lower-case initials of a text; letters and digits stand for themselves.

    Characters without a reading (rare names, symbols) are left out.
    """
    folded = unicodedata.normalize("NFKC", text)
    letters = lazy_pinyin(folded, style=Style.FIRST_LETTER, errors=_keep_ascii, strict=False)
    return "".join(letters).lower()


def name_initials(name: str) -> str:
    """Return the initials of a person's name, its surname read as a surname (单 is ``s``)."""
    for length, table in ((2, _COMPOUND_SURNAMES), (1, _SURNAMES)):
        known = table.get(name[:length])
        if known is not None:
            return known + initials(name[length:])
    return initials(name)


def _keep_ascii(unread: str) -> str:
    return "".join(c for c in unread if c.isascii() and c.isalnum())
