"""Parameters are refused before a kernel starts, all at once, and nothing secret is quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agored.errors import NotebookError
from agored.execute import check_parameters, execute
from agored.execute.tokens import is_secret_name, is_secret_value, mask, token_name

GOOD: list[dict[str, Any]] = [
    {},
    {"dataset": "llywodraeth-cymru/rough-sleepers", "workspace": ".", "language": "cy"},
    {"workspace": "/srv/councils/Sir Gaerfyrddin/open-data_2026-01/MyData2025Folder"},
    {"apply": True, "rounds": 3, "share": 1, "inferred": 4},
    {"share": 0.25, "dataset": 'a "quoted" – name \\ with {braces}'},
]

BAD = [
    ({"datset": "x"}, "notebook.parameter-unknown-near"),
    ({"council": "x"}, "notebook.parameter-unknown"),
    ({"dataset": 3}, "notebook.parameter-not-str"),
    ({"dataset": None}, "notebook.parameter-not-str"),
    ({"apply": "yes"}, "notebook.parameter-not-bool"),
    ({"apply": 1}, "notebook.parameter-not-bool"),
    ({"rounds": True}, "notebook.parameter-not-int"),
    ({"rounds": "3"}, "notebook.parameter-not-int"),
    ({"rounds": 3.0}, "notebook.parameter-not-int"),
    ({"share": "0.5"}, "notebook.parameter-not-float"),
    ({"untyped": "x"}, "notebook.parameter-untyped"),
    ({"token": "x"}, "notebook.parameter-secret"),
    ({"dataset": "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJhYmMifQ.c2lnbmF0dXJl"}, "notebook.parameter-secret"),
    ({"eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJhYmMifQ.c2lnbmF0dXJl": "x"}, "notebook.parameter-name-is-secret"),
]


@pytest.mark.parametrize("given", GOOD, ids=str)
def test_parameters_that_the_notebook_states_are_taken(make: Any, given: dict[str, Any]) -> None:
    check_parameters(make(), given)


@pytest.mark.parametrize(("given", "code"), BAD, ids=str)
def test_others_are_refused_by_name(make: Any, given: dict[str, Any], code: str) -> None:
    with pytest.raises(NotebookError) as caught:
        check_parameters(make(), given)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.exit_code == 14
    for language in ("cy", "en"):
        assert "eyJ" not in caught.value.message(language)


def test_every_mistake_is_told_at_once(make: Any) -> None:
    with pytest.raises(NotebookError) as caught:
        check_parameters(make(), {"datset": "x", "apply": "yes", "password": "x", "rounds": 1})
    assert len(caught.value.problems) == 3
    assert "“dataset”" in caught.value.message("en")


def test_nothing_runs_with_a_wrong_parameter(make: Any, tmp_path: Path) -> None:
    notebook = make(("touch", "open('started', 'w').close()", []))
    with pytest.raises(NotebookError):
        execute(notebook, {"datset": "x"}, tmp_path / "out.ipynb", workspace=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.ipynb"]


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"nbformat": 4}', "\xff", '{"cells": 1, "nbformat": 4}']
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(NotebookError) as caught:
        check_parameters(path, {})
    assert caught.value.code == "notebook.unreadable"
    with pytest.raises(NotebookError):
        check_parameters(tmp_path / "missing.ipynb", {})


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "Token",
        "ckan_token",
        "portalToken",
        "password",
        "api_key",
        "apiKey",
        "APIKEY",
        "api-key",
        "key",
        "private_key",
        "client_secret",
        "SECRETS",
        "credential",
        "auth",
        "bearer",
        "cyfrinair",
        "tocyn_porth",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "dataset",
        "workspace",
        "language",
        "portal",
        "apply",
        "keyword",
        "keywords",
        "author",
        "monkey",
        "authority",
        "tokenise",
        "primary",
        "sort_key",
        "keys_of_area",
        "area_code",
        "secretary",
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "b4Xk9Qp2Zt7Wn3Rs8Yv1Lm6Hc5Jd0Ge",
        "d9f8e2a1-3b4c-4d5e-8f60-718293a4b5c6",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "https://officer:hunter22@ckan.example.wales/",
        "-----BEGIN RSA PRIVATE KEY-----",
        "ghp_a1b2c3d4e5f6g7h8i9j0",
        "Bearer abcdefgh12345678",
        "xK39aZq7Lw2-Rt8Vb4Nc6Ym1p0Q",
    ],
)
def test_values_that_look_secret(value: str) -> None:
    assert is_secret_value(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "llywodraeth-cymru/principal-areas-of-wales-2026-monthly-counts",
        "cyngor-bwrdeistref-sirol-rhondda-cynon-taf/licensed-premises",
        "/home/ann/Documents/OpenData2026/AirQuality2025Q1Final",
        "https://ckan.example.wales/dataset/air-quality-2026",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        "2026-01-02T00:00:00Z",
        "Copy_of_2016-17_Q3_Final_V2.csv",
        "STATS19CasDataJan2010Dec2021forGMServers.csv",
        "W06000001,W06000002,W06000003",
    ],
)
def test_values_that_do_not(value: str) -> None:
    assert not is_secret_value(value)


def test_a_token_of_the_environment_is_refused_and_masked(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORED_TOKEN_MAIN", "plain words & more")
    monkeypatch.setenv("AGORED_TOKEN_TINY", "abc")
    for value in ("plain words & more", "see plain words & more here", "abc"):
        with pytest.raises(NotebookError) as caught:
            check_parameters(make(), {"dataset": value})
        assert value not in str(caught.value)
    masked = mask("plain words & more; plain words &amp; more; plain%20words%20%26%20more; abcdef")
    assert masked == "•••; •••; •••; abcdef"


def test_the_name_of_a_portals_token() -> None:
    assert token_name("main") == "AGORED_TOKEN_MAIN"
    assert token_name("data-cymru") == "AGORED_TOKEN_DATA_CYMRU"
