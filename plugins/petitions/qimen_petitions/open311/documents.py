"""Answers of the interface: one structure, drawn as XML or as JSON.

The JSON follows from the XML by the Spark convention, as the specification asks: a list is a
container of elements of one name, and the outermost container of a list is left out in JSON.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

__all__ = ["FORMATS", "Document", "Value", "drawn"]

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value] | None"

FORMATS: Mapping[str, str] = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}

# The name of each element of a list.
_ELEMENTS: Mapping[str, str] = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# What XML 1.0 cannot hold, not even escaped.
_IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """An answer: the name of its outermost element, and what stands in it.

    Args:
        root: A key of ``_ELEMENTS`` for a list, any other name for a single thing.
        body: A list of things, or one.
    """

    root: str
    body: Value


def drawn(document: Document, form: str) -> bytes:
    """Return a document as UTF-8 bytes.

    Args:
        document: What is answered.
        form: A key of ``FORMATS``.
    """
    if form == "json":
        return json.dumps(document.body, ensure_ascii=False, separators=(",", ":")).encode()
    root = Element(document.root)
    _fill(root, document.body)
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def _fill(element: Element, value: Value) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str | int):
        element.text = _IMPOSSIBLE.sub("", str(value))
    elif value is not None:
        for inner in value:
            _fill(SubElement(element, _ELEMENTS[element.tag]), inner)
