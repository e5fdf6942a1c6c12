"""`qimen petitions …`: train and judge the classifier, look through a file.

Nothing heavy is imported before a command runs.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from qimen_core import Qimen, QimenError, translations
from qimen_core.cli.application import Failure, QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_petitions.analysis.hot import Said, hot_issues
from qimen_petitions.analysis.message_files import FileMessage, read_messages_of
from qimen_petitions.analysis.wording import classifier_installed

if TYPE_CHECKING:
    from qimen_petitions.analysis.judging import Judgement
    from qimen_petitions.analysis.model import Model

__all__ = ["COMMANDS"]

_ = translations("qimen_petitions")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FEW = 20
_SHOWN = 20


@click.command(cls=QimenCommand, help=str(_("训练分类模型：用文件，或用本县已办结的诉求。")))
@data_option
@click.option("--from", "source", type=_FILE, help=str(_("有 label、title、detail 三列的表格")))
@click.option("--own", is_flag=True, help=str(_("用本系统已办结的诉求和它们的类别")))
@json_option
def train(data: Path, source: Path | None, own: bool, as_json: bool) -> None:
    """Train the classifier and keep it in the data folder."""
    if own == (source is not None):
        raise click.UsageError(_("请在 --from FILE 和 --own 中选一个"))
    _needs_extra()
    from qimen_petitions.analysis.model_file import save_model
    from qimen_petitions.analysis.own_orders import closed_messages
    from qimen_petitions.analysis.teaching import teach

    with opened(data) as qimen:
        messages = closed_messages(qimen) if source is None else _labelled(source)
        model, seconds = teach(messages, str(source.name) if source else "own", qimen.clock.now())
        unknown = _unknown_labels(qimen, model)
        path = save_model(qimen, model)
    if as_json:
        emit_json({**model.facts, "seconds": round(seconds, 1), "unknown_labels": unknown})
        return
    count = Counter(each.label for each in messages)
    emit_table((_("类别"), _("件数")), count.most_common())
    click.echo(
        _("已训练：{n} 件，{labels} 个类别，用时 {seconds:.1f} 秒；模型存在 {path}").format(
            n=len(messages), labels=len(model.labels), seconds=seconds, path=path
        )
    )
    if unknown:
        message = _("这些类别在现行类别表中没有，不会提示：{labels}")
        click.echo(message.format(labels="、".join(unknown)), err=True)


@click.command(
    cls=QimenCommand,
    help=str(
        _(
            "评估分类：有 fold 列按折交叉验证；只有一折且已训练过，用已有模型评这份文件；"
            "否则按 dup_group 列或相同文字分折。"
        )
    ),
)
@data_option
@click.argument("file", type=_FILE)
@click.option("--stored", is_flag=True, help=str(_("不交叉验证，用已训练的模型评这份文件")))
@json_option
def evaluate(data: Path, file: Path, stored: bool, as_json: bool) -> None:
    """Judge the classifier on a file: n, macro F1, top-2, and each label."""
    _needs_extra()
    messages = _labelled(file)
    found = _judged(data, messages, stored=stored)
    if as_json:
        emit_json(found.machine())
        return
    scores = found.scores
    emit_table(
        (_("类别"), _("件数"), _("准确率"), _("召回率"), "F1"),
        (
            (label, each.n, f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}")
            for label, each in scores.labels.items()
        ),
    )
    click.echo(
        _("{n} 件；宏平均 F1 {f1:.4f}；前两个猜中 {top2:.4f}；分折依据 {by}，{folds} 折").format(
            n=scores.n, f1=scores.macro_f1, top2=scores.top2, by=found.by, folds=found.folds
        )
    )


@click.command(cls=QimenCommand, help=str(_("在文件中找可能重复的留言：文字相似，地点不相左。")))
@click.argument("file", type=_FILE)
@click.option(
    "--likeness", type=click.IntRange(20, 95), default=50, help=str(_("文字相似度，百分数"))
)
@json_option
def duplicates(file: Path, likeness: int, as_json: bool) -> None:
    """Print the pairs of like messages of one place, and count those of two places."""
    _needs_extra()
    from qimen_petitions.analysis.pairs import same_place_pairs

    messages = read_messages_of(file)
    same, apart = same_place_pairs([each.text for each in messages], likeness / 100)
    if as_json:
        emit_json(
            {
                "n": len(messages),
                "pairs": [
                    {
                        "one": messages[pair.one].ref,
                        "other": messages[pair.other].ref,
                        "likeness": round(pair.likeness, 3),
                        "place": pair.place,
                    }
                    for pair in same
                ],
                "other_place": [
                    [messages[pair.one].ref, messages[pair.other].ref] for pair in apart
                ],
            }
        )
        return
    emit_table(
        (_("相似度"), _("地点"), _("一件"), _("另一件")),
        (
            (
                f"{pair.likeness:.2f}",
                pair.place,
                messages[pair.one].title,
                messages[pair.other].title,
            )
            for pair in same
        ),
    )
    message = _("{n} 件中有 {same} 对可能重复；另有 {apart} 对文字相似但地点不同，没有列出")
    click.echo(message.format(n=len(messages), same=len(same), apart=len(apart)))


@click.command(cls=QimenCommand, help=str(_("在文件中找热点：同一地点、同一事项，按人数排列。")))
@click.argument("file", type=_FILE)
@click.option("--people", type=click.IntRange(2, 100), default=3, help=str(_("最少人数")))
@json_option
def hot(file: Path, people: int, as_json: bool) -> None:
    """Print the hot issues of a file."""
    issues = hot_issues([_said(at, each) for at, each in enumerate(read_messages_of(file))],
                        people=people)  # fmt: skip
    if as_json:
        emit_json(
            [
                {
                    "place": issue.place,
                    "title": issue.title,
                    "n": len(issue.said),
                    "people": issue.people,
                    "votes": issue.votes,
                    "heat": round(issue.heat, 1),
                    "place_n": issue.place_total,
                }
                for issue in issues
            ]
        )
        return
    emit_table(
        (_("地点"), _("事项"), _("人数"), _("件数"), _("该地点共"), _("支持")),
        (
            (
                each.place,
                each.title,
                f"{each.people:g}",
                len(each.said),
                each.place_total,
                each.votes,
            )
            for each in issues[:_SHOWN]
        ),
    )


COMMANDS = (train, evaluate, duplicates, hot)


def _needs_extra() -> None:
    if not classifier_installed():
        raise Failure(_("这条命令需要分类组件；请安装 pip install 'qimen-petitions[classifier]'"))


def _labelled(file: Path) -> list[FileMessage]:
    found = [each for each in read_messages_of(file, ("label", "title", "detail")) if each.label]
    if not found:
        raise QimenError(_("{file} 里没有带类别的行").format(file=file.name))
    return found


def _judged(data: Path, messages: Sequence[FileMessage], *, stored: bool) -> "Judgement":
    from qimen_petitions.analysis.judging import cross_validate, judge_model

    one_fold = len({each.fold for each in messages if each.fold}) == 1
    if stored or (one_fold and (data / "keys").is_dir()):
        model = _stored(data)
        if model is not None:
            return judge_model(model, messages)
        if stored:
            raise Failure(_("还没有训练过模型；请先运行 qimen petitions train"))
    tell = _("第 {fold} 折完成")
    return cross_validate(messages, lambda fold: click.echo(tell.format(fold=fold), err=True))


def _stored(data: Path) -> "Model | None":
    from qimen_petitions.analysis.model_file import load_model

    with opened(data, migrated=False) as qimen:
        return load_model(qimen)


def _unknown_labels(qimen: Qimen, model: "Model") -> list[str]:
    from qimen_petitions.analysis.suggesting import codes_by_label
    from qimen_petitions.categories import category_facts

    with qimen.db.session() as session:
        known = codes_by_label(category_facts(session))
    return [label for label in model.labels if label not in known]


def _said(at: int, message: FileMessage) -> Said:
    return Said(
        ref=at,
        title=message.title,
        detail=message.detail,
        at=message.at,
        person=message.person,
        unit=message.unit,
        place=message.place,
        votes=message.votes,
    )
