"""The last look at a package: whatever is wrong is told, and no description holds a cell's value."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from agored.validate import validate_package

CANARY = "Bara-brith-7c1f"
AREAS = "code,title\nW06000001,Ynys Môn\nW06000002,Gwynedd\n"
DATA = "area,count,count_note\nW06000001,5,\nW06000002,,c\n"


def a_package(folder: Path, data: str = DATA, areas: str = AREAS, **more: Any) -> Path:
    """A package of two resources, one pointing into the other; ``more`` changes the first resource."""
    folder.mkdir(exist_ok=True)
    files = {"data/figures.csv": data, "codes/areas-1.csv": areas}
    schemas = {
        "figures": {
            "fields": [
                {"name": "area", "type": "string", "title_cy": "Ardal"},
                {"name": "count", "type": "integer", "constraints": {"minimum": 0}},
                {"name": "count_note", "type": "string", "constraints": {"pattern": "[a-z]+(,[a-z]+)*"}},
            ],
            "primaryKey": ["area"],
            "foreignKeys": [{"fields": ["area"], "reference": {"resource": "areas-1", "fields": ["code"]}}],
        },
        "areas-1": {
            "fields": [{"name": "code", "type": "string"}, {"name": "title", "type": "string"}],
            "primaryKey": ["code"],
        },
    }
    resources = []
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(text.encode())
        name = Path(path).stem
        (folder / "schemas").mkdir(exist_ok=True)
        (folder / f"schemas/{name}.json").write_text(json.dumps(schemas[name]))
        resource = {
            "name": name,
            "type": "table",
            "path": path,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(text.encode()),
            "hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest(),
            "schema": f"schemas/{name}.json",
            "dialect": {"delimiter": ",", "header": True},
        }
        resources.append(resource | (more if name == "figures" else {}))
    path_ = folder / "datapackage.json"
    profile = "https://datapackage.org/profiles/2.0/datapackage.json"
    path_.write_text(json.dumps({"$schema": profile, "name": "test", "resources": resources}))
    return path_


def test_a_sound_package(tmp_path: Path) -> None:
    assert validate_package(a_package(tmp_path)) == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("area,count,count_note\nW06000001,5,\nW06999999,6,\n", ("foreign-key · figures · row 3 · times 1",)),
        (
            f"area,count,count_note\nW06000001,{CANARY},\nW06000002,{CANARY},\n",
            ("type-error · figures · count · row 2 · times 2",),
        ),
        (
            "area,count,count_note\nW06000001,-1,\nW06000002,1,\n",
            ("constraint-error · figures · count · row 2 · times 1",),
        ),
        (
            "area,count,count_note\nW06000001,1,\nW06000001,1,\n",
            ("primary-key · figures · row 3 · times 1",),
        ),
        (f"area,{CANARY},count_note\n", ("incorrect-label · figures · count · times 1",)),
    ],
)
def test_data_that_its_own_schema_refuses(tmp_path: Path, data: str, told: tuple[str, ...]) -> None:
    assert validate_package(a_package(tmp_path, data)) == told


def test_a_blank_that_csv_could_lose_is_kept_apart(tmp_path: Path) -> None:
    """Nothing is sniffed: blanks after commas are the cells' own, and so no codes."""
    data = "area,count,count_note\nW06000001, 5, c\nW06000002, 6, c\n"
    assert validate_package(a_package(tmp_path, data)) == (
        "constraint-error · figures · count_note · row 2 · times 2",
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"bytes": 3}, "byte-count · figures · times 1"),
        ({"hash": "sha256:" + "0" * 64}, "hash-count · figures · times 1"),
        ({"rows": 9}, "row-count · figures · times 1"),
    ],
)
def test_a_file_that_is_not_what_the_descriptor_says(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    assert validate_package(a_package(tmp_path, **more)) == (told,)


@pytest.mark.parametrize(
    "more",
    [
        {"path": "data/absent.csv"},
        {"path": "../figures.csv"},
        {"path": "https://data.example.wales/figures.csv"},
        {"schema": "https://data.example.wales/schema.json"},
        {"schema": "schemas/absent.json"},
        {"title": {"cy": "Ffigurau"}},
        {"encoding": "utf-16"},
        {"format": "xlsx"},
    ],
)
def test_a_descriptor_that_is_wrong(
    tmp_path: Path, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert validate_package(a_package(tmp_path, **more))


def test_bytes_that_are_no_text_are_not_quoted(tmp_path: Path) -> None:
    path = a_package(tmp_path)
    (tmp_path / "data/figures.csv").write_bytes(
        DATA.encode().replace(b"W06000002", b"\xff" + CANARY.encode())
    )
    told = validate_package(path)
    assert told
    assert not any(CANARY in text or "xff" in text for text in told)


def test_many_errors_are_one_line(tmp_path: Path) -> None:
    rows = "".join(f"W0600000{number % 2 + 1},{CANARY},\n" for number in range(50))
    told = validate_package(a_package(tmp_path, "area,count,count_note\n" + rows))
    assert "type-error · figures · count · row 2 · times 50" in told
    assert not any(CANARY in text for text in told)
