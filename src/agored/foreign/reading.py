"""A file with a schema in it, as a document with lines: JSON, or YAML where the file's ending says so.

Any Unicode encoding is read, since the first characters of JSON and of YAML tell which one it is; other
encodings are not guessed.
"""

from __future__ import annotations

import codecs
import math
import re
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.foreign.lenient import DEEPEST, Document, Slip, Spot, gathered, read_json

LARGEST = 5_000_000
"""The largest file, in bytes, that is read as a schema."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How the first characters of a text stand in the bytes of each encoding, where they are of ASCII.
_ZEROS = (
    (re.compile(rb"[^\0]\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[^\0]\0", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\0[^\0]", re.DOTALL), "utf-16-be"),
)
_YAML = (".yaml", ".yml")


def read_document(path: Path) -> Document:
    """The document in a file. Raises RecipeError where the file cannot be opened."""
    try:
        if not path.is_file():
            raise RecipeError("foreign.no-file", file=path.name)
        if path.stat().st_size > LARGEST:
            raise RecipeError("foreign.too-large", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise RecipeError("foreign.unreadable", file=path.name, reason=error.strerror or "") from None
    encoding = _encoding(data)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len(re.findall(r"\r\n|\r|\n", data[: error.start].decode(encoding, "replace"))) + 1
        return Document(stop=Slip("foreign.not-text", (line,), encoding.upper()))
    document = read_yaml(text) if path.suffix.lower() in _YAML else read_json(text)
    if not encoding.startswith("utf-8"):
        document.slips = (Slip("foreign.encoding", (1,), encoding[:6].upper()), *document.slips)
    return document


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    return next((encoding for pattern, encoding in _ZEROS if pattern.match(data)), "utf-8")


def read_yaml(text: str) -> Document:
    """The document that YAML ``text`` is. Aliases are not followed, and tags of no known meaning stop it."""
    import yaml

    document = Document()
    builder = _YamlBuilder(document)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _Halt("foreign.too-deep", event)
            if isinstance(event, yaml.AliasEvent):
                raise _Halt("foreign.alias", event)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return Document(stop=Slip("foreign.empty", (1,)))
        document.data = builder.value(loader, node, ())
    except _Halt as halt:
        return Document(stop=Slip(halt.code, (halt.line,)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Document(stop=Slip("foreign.not-yaml", (1 if mark is None else mark.line + 1,)))
    except (yaml.YAMLError, ValueError):  # a date such as 2026-13-45 is a ValueError
        return Document(stop=Slip("foreign.not-yaml", (1,)))
    document.slips = gathered(builder.slips)
    return document


class _Halt(Exception):
    def __init__(self, code: str, event: Any) -> None:
        super().__init__(code)
        self.code, self.line = code, event.start_mark.line + 1


class _YamlBuilder:
    """Plain data from YAML nodes; what is no plain data in JSON is kept as it is written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.slips: list[Slip] = []

    def value(self, loader: Any, node: Any, spot: Spot) -> Any:
        import yaml

        self.document.lines.setdefault(spot, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode) and not node.tag.endswith((":map", ":seq")):
            raise _Halt("foreign.not-yaml", node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(loader, item, (*spot, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self.section(loader, node, spot)
        value = loader.construct_object(node)
        if "\0" in node.value or not _encodes(node.value):
            raise _Halt("foreign.not-yaml", node)
        if isinstance(value, str):
            return value
        self.document.written[spot] = node.value
        if value is None or isinstance(value, bool):
            return value
        # Dates, octal numbers, hours and minutes taken for sixties, ``.inf``: a person wrote a text there.
        return value if _is_json_number(node.value) and math.isfinite(value) else node.value

    def section(self, loader: Any, node: Any, spot: Spot) -> dict[str, Any]:
        import yaml

        found: dict[str, Any] = {}
        for key, below in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
                raise _Halt("foreign.not-yaml", key)
            name = key.value
            self.document.lines[(*spot, name)] = key.start_mark.line + 1
            value = self.value(loader, below, (*spot, name))
            if name in found and found[name] != value:
                self.slips.append(Slip("foreign.key-twice", (key.start_mark.line + 1,), name))
            found[name] = value
        return found


def _is_json_number(text: str) -> bool:
    return re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", text) is not None


def _encodes(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
