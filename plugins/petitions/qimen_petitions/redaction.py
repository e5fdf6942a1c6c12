"""Takes out of a text whatever leads to a person or a door, before anybody may read it.

Rules find numbers, known names and names beside a word that announces one. A name that nobody
knows and nothing announces stays; so the text of an order is shown only where its answer was
meant for everybody (see ``published.py``).
"""

# lint-ok-file: chinese -- surnames and the words around names and doors, compared with

import re
from collections.abc import Iterable

__all__ = ["Redactor"]

_GONE = "×"
_SOMEBODY = "某某"

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹"
    "姚邵汪祁毛狄贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱"
    "骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢裴陆荣翁荀"
    "曾肖叶仇闫涂靳覃游苟欧桂冉商牟佘聂晏冷辛阚那简饶向艾易温庄瞿关白查刘逄亓仝邸冀茅於巩宫耿敖"
)
_NAME = rf"(?:欧阳|上官|司马|诸葛|皇甫|尉迟|司徒|夏侯|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}"
_TITLES = (
    "先生|女士|小姐|同志|书记|主任|队长|组长|网格员|网格长|师傅|老师|医生|警官|经理|大爷|大妈|大叔|大婶|"
    "大姐|大哥|阿姨|奶奶|爷爷|老人|某某|某"
)
_HAN_DIGITS = "一二三四五六七八九十百零〇幺两"
_DOORS = "号楼|号院|号门|单元|栋|幢|座|室|户|层|楼|组|号"

# The dates 2021-03-05 and 2021年3月5日 are no numbers to hide; nor is a day of a month.
_DATE = r"(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}(?!\d)"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _GONE),
        (
            r"(微信|QQ|qq|抖音)(号?码?\s*(?:是|为)?\s*[:：]?\s*)[A-Za-z0-9][-\w]{4,}",
            rf"\1\2{_GONE}",
        ),
        (r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{4,6}(?![A-Za-z0-9])", _GONE),
        # Telephones, identity and account numbers: six digits and more, however they are divided.
        (r"(?<!\d)\d(?:[\s ·.－—-]?\d){5,}[Xx]?", _GONE),
        (rf"[{_HAN_DIGITS}]{{7,}}", _GONE),
        # 3-2-501, 3#501
        (r"(?<!\d)\d{1,4}(?:\s*[-－—#＃/]\s*\d{1,4})+\s*(?:室|号|户)?", _GONE),
        (
            rf"(?<![月\d])[0-9０-９A-Za-z]*\d[A-Za-z]?\s*[#＃]?\s*({_DOORS})(?![线路])",
            rf"{_GONE}\1",
        ),
        (r"(?<!\d)\d{1,4}\s*[#＃]", f"{_GONE}#"),
        (
            rf"(?<![月第星期周{_HAN_DIGITS}])[{_HAN_DIGITS}]{{1,4}}(号楼|号院|号门|单元|栋|幢|座|室|号)",
            rf"{_GONE}\1",
        ),
        (r"(?<![A-Za-z])[A-Za-z](号楼|栋|幢|座|单元)", rf"{_GONE}\1"),
        (
            rf"(我叫|我是|名叫|叫做|姓名|联系人|署名|经办人|承办人)(\s*(?:是|为)?\s*[:：]?\s*){_NAME}",
            rf"\1\2{_SOMEBODY}",
        ),
        (
            rf"(业主|住户|租户|户主|邻居|居民|村民|老人|老党员|党员|房东|店主|老板|职工)(\s*[:：]?\s*){_NAME}"
            r"(?=反映|表示|说|称|家|的|、|，|。|；|！|？|,|\(|（|$)",
            rf"\1\2{_SOMEBODY}",
        ),
        (rf"(?:欧阳|上官|司马|诸葛|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}?({_TITLES})", r"某\1"),
        (rf"(老|小)[{_SURNAMES}](?=[，。、；：！？,家说的]|$)", r"\1某"),
    )
)
_DATES = re.compile(_DATE)
_KEPT = re.compile("\ue000(\\d+)\ue001")


class Redactor:
    """Redacts texts of one place.

    Args:
        names: Names of people known there; each is taken out wherever it stands.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        # The longer first, so that no rest of a name stays behind.
        self._names = sorted({name for each in names if len(name := each.strip()) > 1}, key=len)[
            ::-1
        ]

    def redacted(self, text: str, names: Iterable[str] = ()) -> str:
        """Return a text without names, numbers of people and doors.

        Args:
            text: What was said.
            names: Further names, those of the order itself.
        """
        for name in (*sorted({n.strip() for n in names}, key=len)[::-1], *self._names):
            if len(name) > 1 and name in text:
                text = text.replace(name, _SOMEBODY)
        dates: list[str] = []

        def set_aside(found: re.Match[str]) -> str:
            dates.append(found[0])
            return f"\ue000{len(dates) - 1}\ue001"

        text = _DATES.sub(set_aside, _KEPT.sub("", text))
        for pattern, put in _RULES:
            text = pattern.sub(put, text)
        return _KEPT.sub(lambda found: dates[int(found[1])], text)
