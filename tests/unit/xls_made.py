"""XLS workbooks made by code, record by record, and the container around their streams; every name is invented."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

Record = tuple[int, bytes]

BOF = (0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 0x06))
BOF_GLOBALS = (0x809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06))
EOF = (0x0A, b"")


def short_text(text: str) -> bytes:
    """A text after a length of two bytes and a mark for letters of two bytes."""
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def font(height: float = 11, colour: int = 0x7FFF) -> Record:
    """A font by its size and the number of its colour."""
    return 0x31, struct.pack("<HHHHHBBBBBB", int(height * 20), 0, colour, 400, 0, 0, 2, 0, 0, 5, 0) + b"Arial"


def number_format(number: int, code: str) -> Record:
    """A number format of the workbook's own."""
    return 0x41E, struct.pack("<H", number) + short_text(code)


def xf(font_number: int = 0, form: int = 0, pattern: int = 0, colour: int = 64) -> Record:
    """A cell style: its font, its number format, its fill's pattern (1 is plain) and colour."""
    return 0xE0, struct.pack(
        "<HHHBBBBIIH", font_number, form, 1, 0x20, 0, 0, 0, 0, pattern << 26, colour | 65 << 7
    )


def label(row: int, column: int, text: str, style: int = 0) -> Record:
    """A cell with a text; rows and columns count from 0, as the format does."""
    return 0x204, struct.pack("<HHH", row, column, style) + short_text(text)


def number(row: int, column: int, value: float, style: int = 0) -> Record:
    """A cell with a number."""
    return 0x203, struct.pack("<HHHd", row, column, style, value)


def shared_label(row: int, column: int, text: int, style: int = 0) -> Record:
    """A cell with one of the workbook's shared texts."""
    return 0xFD, struct.pack("<HHHI", row, column, style, text)


def shared_texts(*texts: str | tuple[str, int], piece: int = 8_000) -> list[Record]:
    """The workbook's shared texts, the latter part of one in another font where it comes with that font's number.

    ``piece`` is how many bytes a record holds before it goes on in another; amid a text's letters, the other
    begins with a mark for letters of two bytes.
    """
    pieces = [struct.pack("<II", len(texts), len(texts))]
    for each in texts:
        text, *fonts = each if isinstance(each, tuple) else (each,)
        runs = b"".join(struct.pack("<HH", len(text) // 2, number) for number in fonts)
        head = struct.pack("<HB", len(text), 1 | (8 if fonts else 0))
        head += struct.pack("<H", len(fonts)) if fonts else b""
        if len(pieces[-1]) + len(head) > piece:
            pieces.append(b"")
        pieces[-1] += head
        for letter in text:
            if len(pieces[-1]) + 2 > piece:
                pieces.append(b"\x01")
            pieces[-1] += letter.encode("utf-16-le")
        pieces[-1] += runs
    return [(0xFC, pieces[0]), *((0x3C, rest) for rest in pieces[1:])]


def sheet_row(row: int, hidden: bool = False, level: int = 0, height: int = 300) -> Record:
    """A row's own record; ``height`` in twentieths of a point."""
    return 0x208, struct.pack("<HHHHHHI", row, 0, 2, height, 0, 0, 0x100 | hidden << 5 | level)


def sheet_columns(first: int, last: int, hidden: bool = False, level: int = 0, width: int = 2560) -> Record:
    """Columns, by their width in 256ths of a character."""
    return 0x7D, struct.pack("<HHHHHH", first, last, width, 0, int(hidden) | level << 8, 0)


def xls_table(count: int = 4) -> list[Record]:
    """A small plain table."""
    records = [label(0, 0, "Ardal"), label(0, 1, "Nifer")]
    for each in range(1, count):
        records += [label(each, 0, f"Ardal {each}"), number(each, 1, each * 10.0)]
    return records


XLS_STYLES: Sequence[Record] = (
    font(),
    font(colour=9),
    font(height=1),
    font(),
    font(colour=8),  # is font 5: none has the number 4
    number_format(164, ";;;"),
    xf(),
    xf(font_number=1),
    xf(form=164),
    xf(font_number=2),
    xf(font_number=5, pattern=1, colour=8),
    xf(font_number=1, pattern=1, colour=18),
)


def xls_stream(
    sheets: Iterable[tuple[str, int, Sequence[Record]]],
    more: Sequence[Record] = (),
    styles: Sequence[Record] = XLS_STYLES,
) -> bytes:
    """The main stream: sheets by name, state (0 is in sight, 1 hidden, 2 very) and records."""
    sheets = list(sheets)
    heads = [BOF_GLOBALS, *styles]
    places = [0] * len(sheets)
    # The list of sheets names where each begins, which is known only once the list is written.
    for _ in range(2):
        listed = [
            (
                0x85,
                struct.pack("<IBBB", place, state & 3, state >> 2, len(name))
                + b"\x01"
                + name.encode("utf-16-le"),
            )
            for place, (name, state, _) in zip(places, sheets, strict=True)
        ]
        start = _joined([*heads, *listed, *more, EOF])
        bodies = [_joined([BOF, *records, EOF]) for _, _, records in sheets]
        places = [len(start) + sum(map(len, bodies[:place])) for place in range(len(bodies))]
    return start + b"".join(bodies)


def _joined(records: Iterable[Record]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def biff(*records: Record) -> bytes:
    """A stream of records."""
    return _joined(records)


def xls(streams: Mapping[str, bytes]) -> bytes:
    """An old workbook's container: its streams by path, a storage before each slash."""
    names: list[str] = []
    for path in streams:
        steps = path.split("/")
        names += [
            "/".join(steps[: depth + 1])
            for depth in range(len(steps))
            if "/".join(steps[: depth + 1]) not in names
        ]
    small = b"".join(_padded(data, 64) for data in streams.values() if 0 < len(data) < 4096)
    sectors: list[bytes] = []
    table: list[int] = []

    def put(data: bytes) -> int:
        pieces = [data[place : place + 512].ljust(512, b"\0") for place in range(0, len(data), 512)]
        first = len(sectors)
        sectors.extend(pieces)
        table.extend([*range(first + 1, first + len(pieces)), 0xFFFFFFFE] if pieces else [])
        return first if pieces else 0xFFFFFFFE

    mini_table: list[int] = []
    starts: dict[str, int] = {}
    for path, data in streams.items():
        if len(data) >= 4096:
            starts[path] = put(data)
        elif data:
            starts[path] = len(mini_table)
            count = -(-len(data) // 64)
            mini_table += [*range(len(mini_table) + 1, len(mini_table) + count), 0xFFFFFFFE]
    mini_start = put(small)
    mini_table_start = put(b"".join(struct.pack("<I", each) for each in mini_table))
    directory = [_entry("Root Entry", 5, child=_first_child("", names), start=mini_start, size=len(small))]
    for place, name in enumerate(names):
        is_stream = name in streams
        folder = name.rpartition("/")[0]
        siblings = [
            other for other in range(place + 1, len(names)) if names[other].rpartition("/")[0] == folder
        ]
        directory.append(
            _entry(
                name.rpartition("/")[2],
                2 if is_stream else 1,
                right=siblings[0] + 1 if siblings else 0xFFFFFFFF,
                child=0xFFFFFFFF if is_stream else _first_child(name, names),
                start=starts.get(name, 0xFFFFFFFE if is_stream else 0),
                size=len(streams.get(name, b"")),
            )
        )
    directory_start = put(b"".join(directory))
    count = 1
    while (len(table) + count) * 4 > count * 512:
        count += 1
    own = list(range(len(sectors), len(sectors) + count))
    raw = b"".join(struct.pack("<I", each) for each in [*table, *[0xFFFFFFFD] * count])
    sectors += [raw[place : place + 512].ljust(512, b"\xff") for place in range(0, len(raw), 512)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, count, directory_start, 0, 4096, mini_table_start, 1, 0xFFFFFFFE, 0)
    head += b"".join(struct.pack("<I", each) for each in own).ljust(436, b"\xff")
    return head + b"".join(sectors)


def _padded(data: bytes, size: int) -> bytes:
    return data.ljust(-(-len(data) // size) * size, b"\0")


def _first_child(folder: str, names: Sequence[str]) -> int:
    children = (place for place, name in enumerate(names) if name.rpartition("/")[0] == folder)
    return next((place + 1 for place in children), 0xFFFFFFFF)


def _entry(
    name: str, kind: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF, start: int = 0, size: int = 0
) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def plain_xls(**streams: bytes) -> bytes:
    """An old workbook of one sheet, “Data”, that hides nothing."""
    return xls({"Workbook": xls_stream([("Data", 0, xls_table())]), **streams})


def property_set(texts: Mapping[int, str], own: Mapping[str, str] | None = None) -> bytes:
    """A stream of properties by number, and of a person's own ones by name."""
    sets = [_one_set(dict(texts), {})]
    if own is not None:
        numbered = dict(enumerate(own, start=2))
        sets.append(_one_set({number: own[name] for number, name in numbered.items()}, numbered))
    head = struct.pack("<HHI16sI", 0xFFFE, 0, 0, bytes(16), len(sets))
    place = 28 + 20 * len(sets)
    listed = b""
    for each in sets:
        listed += bytes(16) + struct.pack("<I", place)
        place += len(each)
    return head + listed + b"".join(sets)


def _one_set(texts: Mapping[int, str], names: Mapping[int, str]) -> bytes:
    values = {1: struct.pack("<II", 2, 1252)}
    if names:
        listed = b"".join(
            struct.pack("<II", number, len(name) + 1) + name.encode() + b"\0"
            for number, name in names.items()
        )
        values[0] = struct.pack("<I", len(names)) + listed
    for number_, text in texts.items():
        raw = text.encode("cp1252") + b"\0"
        values[number_] = struct.pack("<II", 30, len(raw)) + _padded(raw, 4)
    place = 8 + 8 * len(values)
    index = b""
    for number_, value in values.items():
        index += struct.pack("<II", number_, place)
        place += len(value)
    return struct.pack("<II", place, len(values)) + index + b"".join(values.values())
