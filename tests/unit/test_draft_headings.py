"""Which row of a file ``agored new`` takes for the headings; a record is never taken for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agored.drafting import draft
from agored.errors import SourceError


def drafted(folder: Path, text: str, name: str = "file.csv") -> dict[str, object]:
    """The resource in the draft that is made from a file with that text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    draft(folder / "new", "a-dataset", file)
    recipe = yaml.safe_load((folder / "new/datasets/a-dataset/dataset.yaml").read_text(encoding="utf-8"))
    resource: dict[str, object] = recipe["resources"][0]
    return resource


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Area,Count\nConwy,5\n", 1),
        ("A title,\nArea,Count\nConwy,5\n", 2),
        ("A title,,\n,,\n,April,May\nConwy,5,6\n", 3),
        ("Area,2019,2020\nConwy,5,6\n", 1),
        ("Area,2020\nConwy,6\n", 1),
        ("Area,0,1,2\nConwy,5,6,7\n", 1),
        ("Area,2011,2001,1991\nConwy,5,6,7\n", 1),
        ("Area,01/04/2024,02/04/2024,03/04/2024\nConwy,5,6,7\n", 1),
    ],
    ids=["plain", "title", "no-first-heading", "years", "one-year", "ages", "years-backwards", "days"],
)
def test_the_row_of_headings_is_found(text: str, header: int, tmp_path: Path) -> None:
    source = drafted(tmp_path, text)["source"]

    assert isinstance(source, dict)
    assert source["header"] == header


@pytest.mark.parametrize(
    "text",
    [
        "Conwy,5\nGwynedd,6\n",
        "Conwy,5,7\nGwynedd,6,8\n",
        "Conwy,2019,5\nGwynedd,2020,6\n",
        "2019,2020\n5,6\n",
        "Area,3,1,2\nConwy,Bangor,6,7\nx,y,z,w\n",
        "Ann,01/02/2024,Conwy\nBen,03/02/2024,Powys\n",
        "Ann,01/02/2024,03/02/2024\nBen,03/02/2024,05/02/2024\n",
        "Ann,ann@example.org\nBen,ben@example.org\n",
        "Ann,LL30 1AB\nBen,SA1 1AA\n",
        "Ann,https://example.org/1\nBen,https://example.org/2\n",
    ],
    ids=[
        "counts",
        "two-counts",
        "year-and-count",
        "years-alone",
        "numbers-without-order",
        "date",
        "dates",
        "mailbox",
        "postcode",
        "address",
    ],
)
def test_without_headings_nothing_is_drafted(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path, text)

    assert refused.value.code == "new.no-header"
    assert not (tmp_path / "new").exists()


def test_a_quote_that_never_ends_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path, 'Area,Count\n"' + "Conwy,5\n" * 30_000)

    assert (refused.value.code, refused.value.facts["row"]) == ("read.open-quote", "2")


def test_the_names_of_columns_and_of_the_file_are_safe(tmp_path: Path) -> None:
    resource = drafted(tmp_path, "Area,Area_3,Area\nConwy,x,y\n", 'Spend #3 "final".csv')

    assert resource["source"] == {
        "path": 'source/Spend #3 "final".csv',
        "encoding": "utf-8",
        "delimiter": ",",
        "header": 1,
    }
    named = {
        1: {"heading": "Area", "to": "area"},
        2: {"heading": "Area_3", "to": "area_3"},
        3: {"heading": "Area", "to": "area_3_"},
    }
    assert resource["shape"] == [{"trim": "all"}, {"name": named}]
