"""The help of every command, in both languages, and what is said of a line that cannot be understood."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from agored import __version__, cli
from agored.help import Misused, usage_message
from agored.words import LANGUAGES, catalogue, say

COMMANDS = tuple(cli.COMMANDS)
# What Click says by itself, and words that a Welsh reader need not know.
ENGLISH = re.compile(
    r"Usage:|Options:|Commands:|Show |TEXT|INTEGER|RANGE|PATH|FILE\b|DATASET|\[required\]|\[default|Arguments|Error"
)


@pytest.fixture(autouse=True)
def _outside_any_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command line."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    told = capsys.readouterr()
    return int(caught.value.code or 0), told.out, told.err


def words(text: str) -> str:
    """A text without the line breaks that its width gave it."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_all_names_every_command_in_the_order_of_the_work(
    capsys: pytest.CaptureFixture[str], language: str
) -> None:
    code, out, err = shown(capsys, "--help", "--language", language)
    assert (code, err) == (0, "")
    assert out.startswith(say("help.usage", language))
    assert say("help.agored", language) in words(out)
    named = [line.split()[0] for line in out.splitlines() if re.match(r"  [a-z]+  ", line)]
    assert named == list(COMMANDS)
    for command in COMMANDS:
        assert say(f"help.{command}", language) in words(out)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_each_command_is_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], command: str, language: str
) -> None:
    code, out, err = shown(capsys, command, "--help", "--language", language)
    assert (code, err) == (0, "")
    assert say(f"help.{command}", language) in words(out)
    for option in ("help", "language", "json"):
        assert f"--{option}" in out
        assert say(f"help.option.{option}", language) in words(out)
    arguments = [
        each for each in cli.build(language).commands[command].params if isinstance(each, click.Argument)
    ]
    for argument in arguments:  # they stand in the first line, and are no options
        assert out.count(str(argument.metavar)) == 1
    if language == "cy":
        assert not ENGLISH.search(out), ENGLISH.search(out)


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["--language", "cy", "check", "--help"], "cy"),
        (["check", "--language=cy", "--help"], "cy"),
        (["--language=en", "--help"], "en"),
        (["--help"], "en"),
        ([], "en"),
    ],
)
def test_the_language_may_stand_before_or_after(
    capsys: pytest.CaptureFixture[str], arguments: list[str], language: str
) -> None:
    code, out, _ = shown(capsys, *arguments)
    assert code == 0
    assert out.startswith(say("help.usage", language))


def test_the_environment_counts_for_help_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGORED_LANGUAGE", "cy")
    assert shown(capsys, "status", "--help")[1].startswith("Defnydd:")
    monkeypatch.delenv("AGORED_LANGUAGE")
    monkeypatch.setenv("LANG", "cy_GB.UTF-8")
    assert shown(capsys, "status", "--help")[1].startswith("Defnydd:")


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "--version") == (0, f"agored {__version__}\n", "")


USAGE = [
    ([""], "usage.no-command"),
    (["chekc", "x"], "usage.no-command"),
    (["--bogus"], "usage.no-option"),
    (["check"], "usage.missing"),
    (["approve", "x", "--role", "r"], "usage.missing"),
    (["new", "x"], "usage.missing"),
    (["check", "x", "--bogus"], "usage.no-option"),
    (["check", "x", "y"], "usage.too-much"),
    (["check", "x", "--language", "fr"], "usage.not-one-of"),
    (["approve", "x", "--role", "r", "--mailbox", "m", "--change", "big"], "usage.not-one-of"),
    (["batch", "--jobs", "0"], "usage.bad-value"),
    (["batch", "--jobs", "x"], "usage.bad-value"),
    (["serve", "--port", "99999"], "usage.bad-value"),
    (
        ["approve", "x", "--role", "r", "--mailbox", "m@x.wales", "--change", "correction"],
        "cli.reason-needed",
    ),
    (["approve", "x", "--role", "r", "--mailbox", "m@x.wales", "--reason-cy", "Achos"], "cli.reason-needed"),
    (["approve", "x", "--role", "r", "--mailbox", "nobody"], "cli.mailbox"),
]


@pytest.mark.parametrize(("arguments", "code"), USAGE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_cannot_be_understood_ends_2_and_says_why(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: str,
    language: str,
) -> None:
    monkeypatch.setenv("AGORED_LANGUAGE", language)
    exit_code, out, err = shown(capsys, *arguments)
    assert (exit_code, out) == (2, "")
    first, last = err.splitlines()
    pattern = re.escape(catalogue(language)[code])
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", pattern), first), first
    assert last.startswith("Help: agored")
    assert last.endswith("--help")


def test_the_help_that_is_named_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "check", "a", "b")[2].endswith("Help: agored check --help\n")
    assert shown(capsys, "zzz")[2].endswith("Help: agored --help\n")


def test_errors_without_a_command_are_told_too() -> None:
    assert usage_message(Misused("Ni ellir."), "cy") == "Ni ellir.\nHelp: agored --help"
    assert usage_message(click.ClickException("x"), "en") == "x\nHelp: agored --help"


def test_every_option_is_explained_in_both_languages() -> None:
    for language in LANGUAGES:
        for command in cli.build(language).commands.values():
            for parameter in command.params:
                if isinstance(parameter, click.Option):
                    assert parameter.help in catalogue(language).values(), (command.name, parameter.name)
