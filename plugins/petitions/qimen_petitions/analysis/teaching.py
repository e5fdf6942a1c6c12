"""Making a model of messages, with what should be known of it later."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from qimen_core import QimenError, translations
from qimen_petitions.analysis.message_files import FileMessage
from qimen_petitions.analysis.model import Model
from qimen_petitions.analysis.training import read_messages, train

__all__ = ["teach"]

_ = translations("qimen_petitions")

_LEAST_LABELS = 2
_LEAST_OF_A_LABEL = 3


def teach(messages: Sequence[FileMessage], source: str, now: datetime) -> tuple[Model, float]:
    """Return a model and how many seconds it took; labels of one or two messages are left out.

    Raises:
        QimenError: Fewer than two labels have enough messages.
    """
    count = Counter(each.label for each in messages)
    kept = [each for each in messages if count[each.label] >= _LEAST_OF_A_LABEL]
    if len({each.label for each in kept}) < _LEAST_LABELS:
        message = _("可学的太少：{n} 件，至少要两个类别各有 {least} 件")
        raise QimenError(message.format(n=len(messages), least=_LEAST_OF_A_LABEL))
    started = time.perf_counter()
    read = read_messages([(each.title, each.detail) for each in kept])
    model = train(read, [each.label for each in kept])
    facts = {
        "n": len(kept),
        "labels": len(model.labels),
        "source": source,
        "trained_at": now.isoformat(),
    }
    return replace(model, facts=facts), time.perf_counter() - started
