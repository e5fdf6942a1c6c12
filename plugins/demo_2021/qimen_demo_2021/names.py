"""Invented names. The lists are common Chinese surnames and given names; the pairs are drawn."""

from random import Random

__all__ = ["NameDrawer"]

# Weighted by repetition towards what is usual in southern Anhui: 汪, 胡, 程, 方, 谢 …
_SURNAMES = (
    "汪汪汪汪胡胡胡胡程程程方方方谢谢倪倪郑郑王王王陈陈陈李李李张张张吴吴黄黄许许江江"
    "章叶叶康冯余余曹饶洪洪徐徐金戴廖周周孙朱赵刘刘何何姚查邱郭潘詹占毕舒项鲍宋凌"
)
_WOMEN = (  # noqa: SIM905 (one name in quotes each would hide the list)
    "秀英 桂兰 玉珍 秀兰 桂英 凤英 月娥 爱莲 彩霞 美华 金花 春兰 秋菊 冬梅 小红 建芳 丽萍 海燕 "
    "晓燕 雪梅 文娟 慧敏 静怡 雨欣 梦琪 思雨 佳怡 欣怡 若兰 婷婷 艳红 翠云 水仙 玉梅 莲香 茶花 "
    "云霞 红霞 素珍 淑芬 惠兰 巧云 金枝 银凤 兰芳 春香 小凤 亚琴 琴 敏 芳 娟 静 洁 丽 燕 萍 玲"
).split()
_MEN = (  # noqa: SIM905
    "建国 国强 志强 建军 建华 卫东 卫国 保国 爱国 文斌 春生 水生 根生 火根 金水 茂林 德贵 德明 "
    "福生 长根 松林 竹生 青山 云山 有才 有根 家旺 家兴 立新 立军 晓东 海涛 俊杰 浩然 子轩 宇航 "
    "志伟 永强 永康 学文 学武 正平 正华 少华 光明 光辉 大勇 小龙 伟 强 军 勇 斌 涛 磊 鹏 超 平"
).split()


class NameDrawer:
    """Draws names; a full name is given once only.

    Args:
        rng: The seeded source of chance.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def draw(self, gender: str) -> str:
        """Return a full name that was not drawn before.

        Args:
            gender: ``f`` or ``m``.
        """
        given = _WOMEN if gender == "f" else _MEN
        while True:
            name = self._rng.choice(_SURNAMES) + self._rng.choice(given)
            if name not in self._taken:
                self._taken.add(name)
                return name
