"""Letters that went wrong on the way: found by how they did, told without what stands there, and put back for the
officer; what only looks odd is left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from read_made import reading, told

from agored.findings import Severity, Stage
from agored.read.mojibake import mojibake_findings, repairs
from agored.read.mojibake.suspects import suspicious
from agored.read.mojibake.texts import LOST, Fault, mistaken
from agored.read.mojibake.words import marked_words, word_with
from agored.table import Table
from agored.words import LANGUAGES

UTF8 = Fault("encoding", "utf-8", "cp1252")
TWICE = Fault("twice", "utf-8", "cp1252")
WELSH = Fault("encoding", "iso-8859-14", "cp1252")
GONE = Fault("lost")
SPELT = Fault("entities")


def as_encoded(written: str, read: str) -> Fault:
    return Fault("encoding", written, read)


@pytest.mark.parametrize(
    ("seen", "true", "fault"),
    [
        ("Ynys MÃ´n", "Ynys Môn", UTF8),
        ("TÅ· Ddewi", "Tŷ Ddewi", UTF8),
        ("SiÅµr o’r grÅµp", "Siŵr o’r grŵp", UTF8),
        ("Â£500 â€“ ‘dros droâ€™", "£500 – ‘dros dro’", UTF8),
        ("â€œTeitlâ€", "“Teitl”", UTF8),
        ("20Â°C", "20°C", UTF8),
        ("SÃ£o Paulo", "São Paulo", UTF8),
        ("MÃƒÂ´n", "Môn", TWICE),
        ("ÃƒÂ¢Ã‚Â€Ã‚Â™", "â\x80\x99".encode("latin-1").decode(), TWICE),
        ("M√¥n", "Môn", as_encoded("utf-8", "mac_roman")),
        ("T≈∑ Ddewi", "Tŷ Ddewi", as_encoded("utf-8", "mac_roman")),
        ("plant‚Äôs", "plant’s", as_encoded("utf-8", "mac_roman")),
        ("M├┤n ┬ú5", "Môn £5", as_encoded("utf-8", "cp437")),
        ("Dðr a thþ", "Dŵr a thŷ", WELSH),
        ("GRÐP", "GRŴP", WELSH),
        ("Cðl", "Cŵl", WELSH),
        ("M“n", "Môn", as_encoded("cp437", "cp1252")),
        ("caf‚", "café", as_encoded("cp437", "cp1252")),
        ("MÙn", "Môn", as_encoded("cp1252", "mac_roman")),
        ("M™n", "Môn", as_encoded("mac_roman", "cp1252")),
        ("the childrenÕs home", "the children’s home", as_encoded("mac_roman", "cp1252")),
        ("we donít", "we don’t", as_encoded("cp1252", "mac_roman")),
        ("the councilÆs", "the council’s", as_encoded("cp1252", "cp437")),
        ("Tai Ð 2024", "Tai – 2024", as_encoded("mac_roman", "cp1252")),
        ("œ1,234.50", "£1,234.50", as_encoded("cp437", "cp1252")),
        ("Cost (œ)", "Cost (£)", as_encoded("cp437", "cp1252")),
        ("Cost (\x9c)", "Cost (£)", as_encoded("cp437", "iso-8859-1")),
        ("ú20 used to", "£20 used to", as_encoded("cp1252", "cp437")),
        ("O\x92Brien", "O’Brien", as_encoded("cp1252", "iso-8859-1")),
        ("D&#x175;r", "Dŵr", SPELT),
        ("D&amp;#373;r", "Dŵr", SPELT),
        ("M&ocirc;n &amp; Arfon", "Môn & Arfon", SPELT),
        ("Sir Ynys Mï¿½n", "Sir Ynys Môn", GONE),
        (f"Ynys M{LOST}n", "Ynys Môn", GONE),
        (f"D{LOST}{LOST}r", "Dŵr", GONE),
        (f"x{LOST}z", f"x{LOST}z", GONE),
        ("D?r a th? haf", "Dŵr a thŷ haf", GONE),
        ("C?m", f"C{LOST}m", GONE),
        ("pobl h?n", "pobl hŷn", GONE),
        ("CWMBR?N", "CWMBRÂN", GONE),
        ("T? Ddewi", "Tŷ Ddewi", GONE),
        ("Yr ?yl", "Yr ŵyl", GONE),
        ("Ch?teau", "Château", GONE),
        ("HER MAJESTY?S COURTS", f"HER MAJESTY{LOST}S COURTS", GONE),
    ],
)
def test_what_went_wrong_is_named_and_put_back(seen: str, true: str, fault: Fault) -> None:
    found = mistaken(seen)

    assert found is not None
    assert fault in found.faults
    assert found.likely == true


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ynys Môn",
        "Tŷ Ddewi, Llŷn a’r Gŵyr – ‘hŷn’ “a” £5 (20 °C)…",
        "Guðrún Sigurðardóttir, Þór Þorvarðsson",
        "Garðabær",
        "São Paulo, Gdańsk, Zürich, Tromsø, Łódź, İstanbul",
        "CAFÉ”",
        "voilà »",
        "Öl-/Chemikalien",
        "œuvre",
        "País Vasco",
        "El Niño ñ",
        "Beth yw hyn? Pwy a ŵyr?",
        "What is it?",
        "Why?Because",
        "Y?N",
        "https://example.org/a.aspx?id=3&copy=2",
        "page.asp?ID=1&b=2",
        "details?appNo=1",
        "a?b=c",
        "Option D? yes",
        "AT&T; Marks & Spencer;",
        "½ price",
        "5 × 4 = 20 ±1 µg",
        "It´s",
        "Αθήνα",
        "日本",
        "naïve café",
        "Ysgol Llanfair Pwllgwyngyll",
        "ÅÄÖ",
        "Ú",
    ],
)
def test_what_only_looks_odd_is_left_alone(text: str) -> None:
    assert mistaken(text) is None


def test_every_known_welsh_word_is_known_again_in_each_wrong_encoding() -> None:
    tried = 0
    for word in marked_words():
        ways = [("utf-8", "cp1252"), ("utf-8", "mac_roman"), ("utf-8", "cp437")]
        if any(letter in word for letter in "ŵŷ"):
            ways.append(("iso-8859-14", "cp1252"))
        for written, read in ways:
            try:
                seen = word.encode(written).decode(read)
            except UnicodeError:  # not every byte is a character there
                continue
            if seen == word:
                continue
            found = mistaken(seen)
            assert found is not None, (word, seen)
            assert found.likely == word, (word, seen)
            tried += 1
    assert tried > 1_500


def test_a_known_word_is_never_taken_for_a_mistake() -> None:
    for word in marked_words():
        for form in (word, word.capitalize(), word.upper()):
            assert mistaken(f"y {form} hwn") is None, form


@pytest.mark.parametrize(
    ("letters", "word"),
    [("d?r", "dŵr"), ("D?R", "DŴR"), ("M?n", "Môn"), ("m?n", None), ("thŷ", None), ("zz?z", None)],
)
def test_lost_letters_are_put_back_only_where_one_word_fits(letters: str, word: str | None) -> None:
    assert word_with(letters, "?") == word


def test_the_words_are_written_with_marked_letters_alone_once_and_in_every_mutation() -> None:
    words = marked_words()
    assert all(not word.isascii() and word == word.casefold() for word in words)
    assert {"tŷ", "dŷ", "thŷ", "nhŷ", "dŵr", "ddŵr", "nŵr", "grŵp", "ŵyl", "ngŵyl", "môn", "fôn"} <= words


# Tables


def a_table() -> Table:
    return Table.of(
        {
            "ardal": ["Gwynedd", "Ynys MÃ´n", "D?r", "Ynys MÃ´n"],
            "nifer": ["1", "2", "3", "4"],
            "nodyn": ["", "Dðr", "a &amp; b", "pam?"],
        },
        rows=[3, 5, 6, 9],
    )


def test_findings_say_how_where_and_how_often_and_nothing_of_the_text() -> None:
    findings = {
        finding.code: finding for finding in mojibake_findings(a_table(), "tai", 2) if finding.detail == {}
    }
    encodings = [finding for finding in mojibake_findings(a_table(), "tai", 2) if finding.detail]

    assert {code: (each.severity, each.place, each.rows, each.count) for code, each in findings.items()} == {
        "read.mojibake-entities": (Severity.ADVISORY, "C6", (6,), 1),
        "read.mojibake-lost": (Severity.ADVISORY, "A6", (6,), 1),
    }
    assert [(dict(each.detail), each.place, each.rows, each.count) for each in encodings] == [
        ({"written": "iso-8859-14", "read_as": "cp1252"}, "C5", (5,), 1),
        ({"written": "utf-8", "read_as": "cp1252"}, "A5", (5, 9), 2),
    ]
    for finding in (*findings.values(), *encodings):
        assert (finding.stage, finding.resource, finding.total) == (Stage.READ, "tai", 15)
        for language in LANGUAGES:
            said = finding.what(language) + finding.why(language) + finding.how(language)
            assert not re.search("Ynys|MÃ´n|D[?ð]r|Dŵr", said)
            assert "{" not in said


def test_headings_are_looked_at_and_stand_in_their_row() -> None:
    table = Table.of({"Ardal": ["x"], "CyfanswmÂ£": ["1"]})

    (finding,) = mojibake_findings(table, "tai", 4)
    assert (finding.place, finding.rows, finding.count) == ("B4", (4,), 1)
    (bare,) = mojibake_findings(table, "tai")
    assert (bare.place, bare.rows, bare.count) == (None, (), 1)


def test_a_table_without_fault_has_no_findings() -> None:
    assert mojibake_findings(Table.of({"a": ["Môn", "1", ""]}), "tai", 1) == []
    assert mojibake_findings(Table.of({"a": []}), "tai", 1) == []


def test_examples_are_few_and_the_count_is_whole() -> None:
    table = Table.of({"a": ["MÃ´n", "x"] * 5_000, "b": [f"D?r {number}" for number in range(10_000)]})

    first, second = mojibake_findings(table, "tai", 1)
    assert (first.count, first.place, len(first.rows)) == (5_000, "A2", 10)
    assert (second.count, second.place, len(second.rows)) == (10_000, "B2", 10)


def test_reading_a_file_tells_them(tmp_path: Path) -> None:
    found = told(reading(tmp_path, "a.csv", "Teitl\nArdal,Nifer\nMÃ´n,1\nD?r,2\n".encode(), header=2))
    assert {code: each.place for code, each in found.items() if "mojibake" in code} == {
        "read.mojibake-encoding": "A3",
        "read.mojibake-lost": "A4",
    }
    records = told(reading(tmp_path, "a.json", '[{"ardal": "MÃ´n"}]'.encode()))
    assert [each.place for code, each in records.items() if "mojibake" in code] == ["#1"]


def test_welsh_that_was_read_as_english_is_right_once_its_encoding_is_declared(tmp_path: Path) -> None:
    data = "Ardal,Nifer\nTŷ Ddŵr,1\n".encode("iso-8859-14")
    wrong = told(reading(tmp_path, "a.csv", data, encoding="cp1252"))
    assert wrong["read.mojibake-encoding"].detail == {"written": "iso-8859-14", "read_as": "cp1252"}
    assert not any(
        "mojibake" in code for code in told(reading(tmp_path, "a.csv", data, encoding="iso-8859-14"))
    )


# For the officer alone


def test_repairs_give_each_text_once_with_what_it_likely_was() -> None:
    found = repairs(a_table(), 2)

    assert (found.texts, found.cells) == (4, 5)
    assert [(each.places, each.count, each.seen, each.likely) for each in found.shown] == [
        (("A5", "A9"), 2, "Ynys MÃ´n", "Ynys Môn"),
        (("A6",), 1, "D?r", "Dŵr"),
        (("C5",), 1, "Dðr", "Dŵr"),
        (("C6",), 1, "a &amp; b", "a & b"),
    ]


def test_repairs_are_capped_and_counted() -> None:
    table = Table.of({"a": [f"MÃ´n {number}" for number in range(30)] + ["MÃ´n 0"]})

    found = repairs(table, 1, most=3)
    assert (len(found.shown), found.texts, found.cells) == (3, 30, 31)
    assert found.shown[0].places == ("A2", "A32")


# Speed


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        (["a", "b", ""], []),
        (["a", "ŵ", "b?", "&", "", "ŵ"], [1, 2, 3, 5]),
        ([], []),
    ],
)
def test_only_cells_with_a_rare_character_are_looked_at(cells: list[str], where: list[int]) -> None:
    assert suspicious(pa.array(cells, pa.string())).tolist() == where


def test_part_of_a_column_is_looked_at_as_the_part_that_it_is() -> None:
    whole = pa.array(["ŵ", "a", "b?", "ŷ", "c"], pa.string())
    assert suspicious(whole.slice(1, 3)).tolist() == [1, 2]
    assert suspicious(whole.slice(4)).tolist() == []
