"""The blanks of a text and how they are filled in. Pure.

Nothing personal beyond the salutation: a name, a phone or a place has no placeholder.
"""

# lint-ok-file: chinese -- placeholders stand in stored texts, the same in every language

import re
from collections.abc import Mapping

__all__ = ["PLACEHOLDERS", "SALUTATION", "fill", "unknown_placeholders"]

SALUTATION = "称呼"
PLACEHOLDERS: Mapping[str, str] = {
    SALUTATION: "张先生/女士；匿名、密封或未留姓名的为“您好”",
    "编号": "诉求编号",
    "事项": "诉求标题",
    "类别": "诉求类别",
    "属地": "诉求所在社区",
    "主办单位": "承办的单位",
    "提交日期": "居民提交的日期",
    "受理日期": "受理的日期",
    "办结期限": "应当答复的日期",
    "今天": "写答复的日期",
}
_BLANK = re.compile(r"\{([^{}\n]{0,20})\}")


def unknown_placeholders(text: str, known: Mapping[str, str] = PLACEHOLDERS) -> list[str]:
    """Return the blanks of a text that nobody can fill in, each as it is written."""
    return [found.group() for found in _BLANK.finditer(text) if found.group(1) not in known]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its blanks filled in.

    A blank without a value stays as it is written, so that whoever reads it over sees it.

    Args:
        text: With blanks like ``{编号}``.
        values: By the word between the braces.
    """
    return _BLANK.sub(lambda found: values.get(found.group(1)) or found.group(), text)
