"""An XLS workbook of the years before 2007: the cells of one sheet as text, by the rule of ``celltext``.

The library that knows the format is kept in this module. It was not written for hostile files: whatever goes wrong
within it means that the workbook is damaged.
"""

from __future__ import annotations

import io
from typing import Any

from agored.errors import SourceError
from agored.read.blocks import Area, Contents
from agored.read.builder import Builder
from agored.read.celltext import float_text, serial_text, shape_of
from agored.read.decode import kind_of
from agored.read.hidden.compound import MAGIC, Compound
from agored.read.sheets import chosen_sheet
from agored.read.xlsx_cells import ERROR_CELLS, NO_DATE

_OLD = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""How a stream of records begins that is in no container, as in the oldest versions."""
_STREAMS = ("workbook", "book")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_LARGEST = 200_000_000

_EMPTY, _TEXT, _NUMBER, _DATE, _TRUTH, _ERROR, _BLANK = range(7)
"""The kinds of cells as the library numbers them."""
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip


def read_xls(data: bytes, file: str, sheet: str | None) -> Contents:
    """The contents of one sheet. Raises SourceError where the data is no workbook, is damaged or locked, where the
    sheet cannot be chosen, and where it holds more than can be meant."""
    workbook = XlsWorkbook(data, file)
    name = chosen_sheet(workbook.names, sheet, file, workbook.holds_anything)
    return workbook.contents(name)


class XlsWorkbook:
    """A workbook's sheets by name. ``file`` is what messages call it."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        if not data.startswith((MAGIC, *_OLD)):
            kind = kind_of(data)
            raise SourceError(
                "read.empty" if not data else "read.other-kind", file=file, format="XLS", kind=kind
            )
        if _LOCKED in data:
            raise SourceError("read.password", file=file)
        if len(data) > _LARGEST:
            raise SourceError("read.file-too-large", file=file)
        self._book = self._open(data)
        self.names: list[str] = list(self._book.sheet_names())

    def _open(self, data: bytes) -> Any:
        import xlrd

        try:
            return xlrd.open_workbook(
                file_contents=self._stream(data),
                formatting_info=True,
                on_demand=True,
                ragged_rows=True,
                logfile=io.StringIO(),
            )
        except SourceError:
            raise
        except xlrd.XLRDError as error:
            code = "read.password" if "encrypted" in str(error) else "read.damaged-workbook"
            raise SourceError(code, file=self.file) from error
        except Exception as error:
            raise SourceError("read.damaged-workbook", file=self.file) from error

    def _stream(self, data: bytes) -> bytes:
        """The stream of records that is the workbook. The container around it is opened here and not by the
        library, which follows a damaged one in circles for ever."""
        if not data.startswith(MAGIC):
            return data
        container = Compound(data)
        found = {entry.name.lower(): entry for entry in container.entries if entry.is_stream}
        name = next((name for name in _STREAMS if name in found), None)
        if name is None:
            raise SourceError("read.other-kind", file=self.file, format="XLS", kind="OLE")
        return container.stream(found[name])

    def _sheet(self, name: str) -> Any:
        try:
            return self._book.sheet_by_name(name)
        except Exception as error:
            raise SourceError("read.damaged-workbook", file=self.file) from error

    def is_hidden(self, name: str) -> bool:
        """Whether people who open the workbook do not see a sheet."""
        return bool(self._sheet(name).visibility)

    def holds_anything(self, name: str) -> bool:
        """Whether any cell of a sheet holds a value."""
        sheet = self._sheet(name)
        filled = any(
            kind not in (_EMPTY, _BLANK) and value != ""
            for row in range(sheet.nrows)
            for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        )
        self._book.unload_sheet(name)
        return filled

    def contents(self, name: str) -> Contents:
        """All rows of a sheet. Raises SourceError."""
        sheet = self._sheet(name)
        builder = Builder(self.file)
        for row in range(sheet.nrows):
            cells: list[str] = []
            marks: list[tuple[str, int]] = []
            for column, kind in enumerate(sheet.row_types(row)):
                text, mark = self._text(sheet, row, column, kind)
                cells.append(text)
                if mark is not None:
                    marks.append((mark, column + 1))
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                builder.add(row + 1, cells, marks)
        merged = tuple(
            Area(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
        )
        return Contents(builder.blocks(), merged=merged, sheet=name)

    def _text(self, sheet: Any, row: int, column: int, kind: int) -> tuple[str, str | None]:
        """A cell's text, and the code of what is odd about it."""
        value = sheet.cell_value(row, column)
        if kind == _TEXT:
            return str(value), None
        if kind in (_NUMBER, _DATE):
            return self._number(float(value), sheet.cell_xf_index(row, column))
        if kind == _TRUTH:
            return "true" if value else "false", None
        if kind == _ERROR:
            return _ERRORS.get(value, "#N/A"), ERROR_CELLS
        return "", None

    def _number(self, value: float, style: int) -> tuple[str, str | None]:
        shape = self._shape(style)
        text = serial_text(value, shape, self._book.datemode == 1) if shape else float_text(value)
        return (float_text(value), NO_DATE) if text is None else (text, None)

    def _shape(self, style: int) -> str | None:
        """What a style makes of a number."""
        try:
            key = self._book.xf_list[style].format_key
            known = self._book.format_map.get(key)
        except IndexError:
            return None
        return shape_of(key, known.format_str if known is not None else None)
