"""Strict YAML: every scalar is text, every mistake is told with its file and line, and all of them at once.

YAML's own ideas of types (``no``, ``010``, dates) never apply: the model that reads a section gives types.
Keys that nobody asked for are refused with the nearest known key; duplicate keys, anchors and tags are refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from agored.errors import RecipeError
from agored.words import LANGUAGES, Bilingual

UNDECIDED = "???"
"""The mark of a draft where a person must decide; no file that still holds one can be used."""

_DEEPEST = 50  # the loader of YAML is recursive, and dies of what is much deeper
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass
class _Book:
    """The file being read and the faults found so far."""

    file: str
    faults: list[tuple[int, RecipeError]] = field(default_factory=list)

    def add(self, line: int, code: str, /, **facts: str) -> None:
        """Note a fault, once: a value may be read more than once."""
        fault = RecipeError(code, file=self.file, line=str(line), **facts)
        if not any(code == other.code and fault.facts == other.facts for _, other in self.faults):
            self.faults.append((line, fault))


@dataclass(frozen=True)
class Value:
    """One value somewhere in the file; ``path`` says where (``resources.1.source``)."""

    _node: Any
    path: str
    _book: _Book

    @property
    def line(self) -> int:
        """The line it starts on, counted from 1."""
        return int(self._node.start_mark.line) + 1

    @property
    def is_section(self) -> bool:
        """Whether it is a set of keys and values."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def fault(self, code: str, /, **facts: str) -> None:
        """Note a mistake at this value."""
        self._book.add(self.line, code, path=self.path, **facts)

    def text(self) -> str:
        """The text; a fault and ``""`` where it is something else, or a person has yet to decide."""
        if isinstance(self._node, yaml.ScalarNode):
            text = str(self._node.value).strip()
            if UNDECIDED not in text:
                return text
            self.fault("strict.undecided")
            return ""
        self.fault("strict.not-text")
        return ""

    def raw_text(self) -> str:
        """The text with the blanks at its ends, for marks that may be a blank."""
        return str(self._node.value) if isinstance(self._node, yaml.ScalarNode) else self.text()

    def texts(self) -> tuple[str, ...]:
        """A list of text, or one text as a list of one."""
        return tuple(item.text() for item in self.items()) if self.is_list else (self.text(),)

    def items(self) -> list[Value]:
        """The members of a list; a fault and none where it is not a list."""
        if not self.is_list:
            self.fault("strict.not-list")
            return []
        return [
            Value(node, f"{self.path}.{number}", self._book)
            for number, node in enumerate(self._node.value, start=1)
        ]

    def section(self) -> Section:
        """The keys and values; a fault and an empty section where it is something else."""
        if self.is_section:
            return Section(self._node, self.path, self._book)
        self.fault("strict.not-section")
        return _nothing(self.path, self.line, self._book)


class Section:
    """Keys and values. Each reader notes its key as known; ``close`` refuses the rest, here and below."""

    def __init__(self, node: Any, path: str, book: _Book) -> None:
        self.path = path
        self.line = int(node.start_mark.line) + 1
        self._book = book
        self._values: dict[str, Value] = {}
        self._lines: dict[str, int] = {}
        self._known: list[str] = []
        self._below: list[Section] = []
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            line = int(key.start_mark.line) + 1
            if name in self._values:
                book.add(line, "strict.twice", key=name, path=path or book.file, first=str(self._lines[name]))
                continue
            self._lines[name] = line
            self._values[name] = Value(value, f"{path}.{name}" if path else name, book)

    def keys(self) -> tuple[str, ...]:
        """The keys that the file gives, in order."""
        return tuple(self._values)

    def fault(self, code: str, key: str | None = None, /, **facts: str) -> None:
        """Note a mistake at ``key``, or at the section."""
        line = self._lines.get(key, self.line) if key is not None else self.line
        path = f"{self.path}.{key}" if self.path and key else key or self.path
        self._book.add(line, code, path=path or self._book.file, **facts)

    def get(self, key: str) -> Value | None:
        """The value of ``key``, or None where the file does not give it."""
        self._known.append(key)
        return self._values.get(key)

    def need(self, key: str) -> Value | None:
        """The value of ``key``; a fault and None where the file does not give it."""
        value = self.get(key)
        if value is None:
            self.fault("strict.missing", None, key=key)
        return value

    def optional_text(self, key: str) -> str | None:
        """The text of ``key``, or None where the file does not give it."""
        value = self.get(key)
        return None if value is None else value.text()

    def text(self, key: str, default: str | None = None) -> str:
        """The text of ``key``; without a default it must be there and not be empty."""
        if default is not None:
            text = self.optional_text(key)
            return default if text is None else text
        value = self.need(key)
        if value is None:
            return ""
        faults = len(self._book.faults)
        text = value.text()
        if not text and len(self._book.faults) == faults:
            value.fault("strict.empty")
        return text

    def matching(self, key: str, pattern: str, example: str, default: str | None = None) -> str:
        """The text of ``key``, which must have the form of ``pattern``; ``example`` shows the form."""
        text = self.text(key, default)
        if text and not re.fullmatch(pattern, text, re.ASCII):
            self.fault("strict.form", key, example=example)
        return text

    def date(self, key: str, required: bool = True) -> str | None:
        """An ISO date."""
        text = self.text(key) if required else self.optional_text(key)
        if text and not _is_date(text):
            self.fault("strict.form", key, example="2026-11-23")
        return text or None

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """The text of ``key``, one of ``allowed``."""
        text = self.text(key, default)
        if text and text not in allowed:
            self.fault("strict.not-one-of", key, allowed=", ".join(allowed))
            return default or allowed[0]
        return text or default or allowed[0]

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number between ``low`` and ``high``."""
        text = self.optional_text(key) if default is not None else self.text(key)
        if text is None and default is not None:
            return default
        if text and re.fullmatch(r"-?\d{1,12}", text, re.ASCII) and low <= int(text) <= high:
            return int(text)
        if text:
            self.fault("strict.not-integer", key, low=str(low), high=str(high))
        return default if default is not None else low

    def flag(self, key: str, default: bool | None = None) -> bool:
        """``true`` or ``false``."""
        return (
            self.choice(key, ("true", "false"), None if default is None else str(default).lower()) == "true"
        )

    def texts(self, key: str, required: bool = True) -> tuple[str, ...]:
        """A list of text."""
        value = self.need(key) if required else self.get(key)
        return () if value is None else value.texts()

    def mapping(self, key: str, required: bool = True) -> dict[str, str]:
        """Keys to text, any keys."""
        section = self.section(key) if required else self.optional_section(key)
        return {} if section is None else {name: section.text(name) for name in section.keys()}

    def bilingual(self, key: str) -> Bilingual:
        """A text in Welsh and English, both there and not empty."""
        section = self.section(key)
        return Bilingual(section.text("cy"), section.text("en"))

    def optional_bilingual(self, key: str) -> Bilingual | None:
        """A text in both languages, or None where the file does not give it."""
        if self.get(key) is None:
            return None
        return self.bilingual(key)

    def bilingual_texts(self, key: str) -> dict[str, tuple[str, ...]]:
        """A list of text for each language."""
        section = self.section(key)
        return {language: section.texts(language) for language in LANGUAGES}

    def section(self, key: str) -> Section:
        """The section under ``key``; where it is missing, a fault and an empty one."""
        value = self.need(key)
        if value is None:
            return _nothing(self.path, self.line, self._book)
        return self._keep(value.section())

    def optional_section(self, key: str) -> Section | None:
        """The section under ``key``, or None where the file does not give it."""
        value = self.get(key)
        return None if value is None else self._keep(value.section())

    def sections(self, key: str, required: bool = True) -> list[Section]:
        """A list of sections."""
        value = self.need(key) if required else self.get(key)
        return [] if value is None else [self._keep(item.section()) for item in value.items()]

    def items(self, key: str, required: bool = True) -> list[Value]:
        """A list of anything."""
        value = self.need(key) if required else self.get(key)
        return [] if value is None else value.items()

    def keep(self, value: Value) -> Section:
        """The section that a value from ``items`` is, to be closed with this one."""
        return self._keep(value.section())

    def pass_over(self) -> None:
        """Take all keys as known: what they mean is not looked at."""
        self._known += self._values

    def _keep(self, section: Section) -> Section:
        self._below.append(section)
        return section

    def refuse_unknown(self) -> None:
        """Note a fault for each key that nobody asked for, here and below."""
        known = sorted(set(self._known))
        for key in self._values:
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.5)
                code = "strict.unknown-near" if near else "strict.unknown"
                where = self.path or self._book.file
                self.fault(code, key, key=key, section=where, near="".join(near), known=", ".join(known))
        for section in self._below:
            section.refuse_unknown()

    def close(self) -> None:
        """End the reading of a file: raises RecipeError with every fault found, unknown keys included."""
        self.refuse_unknown()
        if self._book.faults:
            problems = tuple(fault for _, fault in sorted(self._book.faults, key=lambda entry: entry[0]))
            raise RecipeError("strict.faults", problems, file=self._book.file)


def _nothing(path: str, line: int, book: _Book) -> Section:
    """An empty section in place of one that is missing or is something else. That was told, once: what the
    empty section lacks in turn goes to a book that nobody reads."""
    mark = yaml.Mark("", 0, line - 1, 0, "", 0)
    return Section(yaml.MappingNode("", [], mark, mark), path, _Book(book.file))


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def load(path: Path, name: str | None = None) -> Section:
    """The top section of a YAML file, called ``name`` in messages (the file's own name else).

    Raises RecipeError where the file is missing, is not UTF-8, is not YAML or does not hold keys and values.
    """
    file = name or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RecipeError("strict.unreadable", file=file, reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RecipeError("strict.not-utf-8", file=file, line=str(line)) from None
    return loads(text, file)


def loads(text: str, file: str) -> Section:
    """As ``load``, from text."""
    try:
        events: Any = yaml.parse(text, Loader=_Loader)
        depth = 0
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise RecipeError("strict.not-yaml", file=file, line=str(event.start_mark.line + 1))
            if getattr(event, "anchor", None) or (getattr(event, "tag", None) not in (None, "!")):
                line = str(event.start_mark.line + 1)
                raise RecipeError("strict.anchor", file=file, line=line)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = str(_line_of(error))
        raise RecipeError("strict.not-yaml", file=file, line=line) from None
    except yaml.YAMLError:
        raise RecipeError("strict.not-yaml", file=file, line="1") from None
    if not isinstance(node, yaml.MappingNode):
        raise RecipeError("strict.no-keys", file=file)
    return Section(node, "", _Book(file))


def _line_of(error: Any) -> int:
    """The line at which YAML gave up; the C reader leaves out the mark of some errors."""
    mark = error.problem_mark or error.context_mark
    return 1 if mark is None else mark.line + 1


def as_text(data: Mapping[str, Any]) -> str:
    """Plain data as YAML text that ``load`` reads back, keys in the order given."""
    return str(yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=110))
