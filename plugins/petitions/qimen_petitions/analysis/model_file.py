"""The trained model as a file of the data folder: plain arrays, sealed by the deployment's key.

Nothing that can run is stored: no pickle. A file that was not written here, or was changed since,
is refused by its seal before a byte of it is parsed.
"""

import hmac
import io
import json
import os
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qimen_core import Qimen, QimenError, translations

if TYPE_CHECKING:
    from qimen_petitions.analysis.model import Model

__all__ = ["ModelRefused", "load_model", "model_path", "save_model"]

_ = translations("qimen_petitions")

_PURPOSE = "petitions.model"
_SEAL = sha256().digest_size
_VERSION = 1
_BETWEEN = "\n"


class ModelRefused(QimenError):
    """The model file is not ours, or was changed; the message says what to do."""


def model_path(qimen: Qimen) -> Path:
    """Return where the deployment's model lies, whether there is one or not."""
    return qimen.config.data / "petitions" / "model.bin"


def save_model(qimen: Qimen, model: "Model") -> Path:
    """Write the model in one step, so that a reader sees the old one or the new one."""
    body = _packed(model)
    path = model_path(qimen)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as target:
        target.write(_seal(qimen, body) + body)
        target.flush()
        os.fsync(descriptor)
    Path(name).replace(path)
    return path


def load_model(qimen: Qimen) -> "Model | None":
    """Return the deployment's model, None where none was trained; kept until the file changes.

    Raises:
        ModelRefused: The seal does not fit.
    """
    path = model_path(qimen)
    try:
        known = path.stat()
    except FileNotFoundError:
        return None
    key = qimen.keys.derive(_PURPOSE)
    return _loaded(path, key, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=2)
def _loaded(path: Path, key: bytes, _changed: int, _size: int) -> "Model":
    content = path.read_bytes()
    seal, body = content[:_SEAL], content[_SEAL:]
    if not hmac.compare_digest(seal, hmac.new(key, body, sha256).digest()):
        message = _(
            "分类模型 {path} 不是本系统写的，或已被改动，不予使用；请重新运行 qimen petitions train"
        )
        raise ModelRefused(message.format(path=path))
    return _unpacked(body)


def _seal(qimen: Qimen, body: bytes) -> bytes:
    return hmac.new(qimen.keys.derive(_PURPOSE), body, sha256).digest()


def _packed(model: "Model") -> bytes:
    import numpy as np

    head = {
        "version": _VERSION,
        "labels": list(model.labels),
        "terms": {block: _BETWEEN.join(terms) for block, terms in model.terms.items()},
        "facts": dict(model.facts),
    }
    text = np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8)
    target = io.BytesIO()
    np.savez_compressed(target, head=text, idf=model.idf, weights=model.weights, bias=model.bias)
    return target.getvalue()


def _unpacked(body: bytes) -> "Model":
    import numpy as np

    from qimen_petitions.analysis.model import Model

    with np.load(io.BytesIO(body), allow_pickle=False) as parts:
        head: dict[str, Any] = json.loads(parts["head"].tobytes())
        if head["version"] != _VERSION:
            raise ModelRefused(_("分类模型是另一版本写的；请重新运行 qimen petitions train"))
        terms = {block: tuple(text.split(_BETWEEN)) for block, text in head["terms"].items()}
        return Model(
            tuple(head["labels"]),
            terms,
            parts["idf"],
            parts["weights"],
            parts["bias"],
            head["facts"],
        )
