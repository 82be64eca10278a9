"""The commands: parse, call, print, exit code. Everything else is elsewhere, and imported when it is used."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from agored import __version__
from agored.errors import AgoredError
from agored.help import Command, Group, Misused, usage_message
from agored.words import LANGUAGES, Bilingual, chosen_language, say

if TYPE_CHECKING:
    from agored.checking import Checked
    from agored.execute import Progress
    from agored.workspace import Workspace


class Session:
    """One command's language, way of answering, and workspace."""

    def __init__(self, language: str | None, as_json: bool) -> None:
        self._asked = language
        self.as_json = as_json
        self.language = chosen_language(language, _workspace_language())

    def workspace(self) -> Workspace:
        """The workspace; from now on its language counts where none was asked for."""
        from agored.workspace import open_workspace

        workspace = open_workspace()
        self.language = chosen_language(self._asked, workspace.language)
        return workspace

    def say(self, code: str, **facts: str) -> str:
        """A sentence in the command's language."""
        return say(code, self.language, **facts)

    def talk(self, code: str, **facts: str) -> None:
        """Say something on the way; never among the results."""
        if not self.as_json:
            click.echo(self.say(code, **facts), err=True)

    def result(self, data: Any, text: str) -> None:
        """The command's result: JSON or text, on stdout."""
        click.echo(_json(data) if self.as_json else text)

    @property
    def tell(self) -> Callable[[Progress], None] | None:
        """Shows progress where a person watches."""
        if self.as_json or not sys.stderr.isatty():
            return None

        def show(progress: Progress) -> None:
            click.echo(f"\r\x1b[2K{progress.text(self.language)}", err=True, nl=False)

        return show

    def clear(self) -> None:
        """Take the progress line away."""
        if self.tell is not None:
            click.echo("\r\x1b[2K", err=True, nl=False)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code that the outcome has (design.md §10)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # cp1252 has no ŵ and no ŷ: better a mark than no answer
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    asked = _asked_language(given)
    language = chosen_language(asked, _workspace_language())
    try:
        sys.exit(build(language, asked).main(given, prog_name="agored", standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        click.echo(say("cli.stopped", language), err=True)
        sys.exit(130)
    except click.ClickException as error:
        click.echo(usage_message(error, language), err=True)
        sys.exit(2)
    except AgoredError as error:
        _show(error, language, "--json" in given)
        sys.exit(error.exit_code)


def _show(error: AgoredError, language: str, as_json: bool, done: Mapping[str, Any] | None = None) -> None:
    """Say what went wrong; as JSON together with what was ``done`` all the same."""
    from agored.execute.tokens import mask

    if as_json:
        from agored.execute.failure import failure_to_json

        told = failure_to_json(error) | {"message": mask(error.message(language))}
        click.echo(_json({**(done or {}), "error": told}))
    click.echo(mask(error.message(language)), err=True)


def _json(data: Any) -> str:
    """The result as JSON, whole in any encoding that stdout may have."""
    return json.dumps(data, ensure_ascii=not _speaks_unicode(), indent=2)


def _speaks_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


def _asked_language(arguments: Sequence[str]) -> str | None:
    """``--language`` before Click has parsed anything: help and usage errors need it."""
    for number, argument in enumerate(arguments):
        if argument == "--language":
            return arguments[number + 1] if number + 1 < len(arguments) else None
        if argument.startswith("--language="):
            return argument.removeprefix("--language=")
    return None


def _workspace_language() -> str | None:
    """The language of the nearest ``agored.toml``, read lightly; a broken one is told by the command itself."""
    import os
    import tomllib

    start = Path(os.environ.get("AGORED_WORKSPACE") or ".").absolute()
    for folder in (start, *start.parents):
        try:
            language = tomllib.loads((folder / "agored.toml").read_text(encoding="utf-8")).get("language")
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            return None
        return language if isinstance(language, str) else None
    return None


def build(language: str, asked: str | None = None) -> Group:
    """The command line with its help in ``language``; ``asked`` is the language that the line asks for."""
    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help=say("help.version", language),
    )
    group = Group(
        "agored",
        language=language,
        params=[version, _language_option(language, expose_value=False)],
        help=say("help.agored", language),
    )
    for name, (function, parameters) in COMMANDS.items():
        group.add_command(
            Command(
                name,
                language=language,
                callback=_session(function, asked),
                params=[*parameters(language), *_common(language)],
                help=say(f"help.{name}", language),
            )
        )
    return group


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"agored {__version__}")
        context.exit()


def _session(function: Callable[..., int | None], asked: str | None) -> Callable[..., int | None]:
    def call(language: str | None, json: bool, **given: Any) -> int | None:
        return function(Session(language or asked, json), **given)

    return call


def _language_option(language: str, **settings: Any) -> click.Option:
    choice = click.Choice(LANGUAGES)
    return click.Option(["--language"], type=choice, help=say("help.option.language", language), **settings)


def _common(language: str) -> list[click.Parameter]:
    return [
        _language_option(language),
        click.Option(["--json"], is_flag=True, help=say("help.option.json", language)),
    ]


Parameters = Callable[[str], list[click.Parameter]]


def _dataset(language: str) -> list[click.Parameter]:
    return [click.Argument(["dataset"])]


def _datasets(language: str) -> list[click.Parameter]:
    return [
        click.Argument(["datasets"], nargs=-1),
        click.Option(
            ["--jobs"], type=click.IntRange(1, 64), default=None, help=say("help.option.jobs", language)
        ),
    ]


def _publish_options(language: str) -> list[click.Parameter]:
    return [
        *_dataset(language),
        click.Option(["--portal"], help=say("help.option.portal", language)),
        click.Option(["--apply"], is_flag=True, help=say("help.option.apply", language)),
    ]


def _validate_options(language: str) -> list[click.Parameter]:
    def option(name: str, **settings: Any) -> click.Option:
        return click.Option([f"--{name}"], help=say(f"help.option.{name}", language), **settings)

    return [
        click.Argument(["file"], type=click.Path(path_type=Path)),
        option("schema", type=click.Path(path_type=Path)),
        option("encoding"),
        option("delimiter"),
        option("header", type=click.IntRange(1)),
        option("annotated", type=click.Path(path_type=Path)),
        option("frictionless-report", is_flag=True),
    ]


def _approve_options(language: str) -> list[click.Parameter]:
    from agored.kinds import CHANGES

    return [
        *_dataset(language),
        click.Option(["--content"], help=say("help.option.content", language)),
        click.Option(["--role"], required=True, help=say("help.option.role", language)),
        click.Option(["--mailbox"], required=True, help=say("help.option.mailbox", language)),
        click.Option(
            ["--accept"],
            nargs=3,
            multiple=True,
            help=say("help.option.accept", language),
        ),
        click.Option(
            ["--change"],
            type=click.Choice(CHANGES),
            default="routine",
            help=say("help.option.change", language),
        ),
        click.Option(["--reason-cy"], help=say("help.option.reason-cy", language)),
        click.Option(["--reason-en"], help=say("help.option.reason-en", language)),
    ]


def check(session: Session, dataset: str) -> int:
    """Run the stages and tell what was found and whether the gate is open."""
    from agored.findings import blocking

    checked = _checked(session, session.workspace(), dataset)
    session.result(checked.to_json(), _checked_text(session, checked))
    return 12 if blocking(checked.run.findings) else 0


def validate(
    session: Session,
    file: Path,
    schema: Path | None,
    encoding: str | None,
    delimiter: str | None,
    header: int | None,
    annotated: Path | None,
    frictionless_report: bool,
) -> int:
    """Judge a file by a Table Schema, or a data package, and tell what was found."""
    from agored.errors import SourceError
    from agored.validating import Declared, is_package, validate_file, validate_package_file
    from agored.views import findings_view

    if annotated is not None and annotated.suffix.lower() != ".xlsx":
        raise SourceError("validate.not-xlsx", file=str(annotated))
    declared = Declared(encoding, "\t" if delimiter == "tab" else delimiter, header)
    if schema is not None:
        validated = validate_file(file, schema, declared, report=frictionless_report)
    elif is_package(file):
        validated = validate_package_file(file, report=frictionless_report)
    else:
        raise SourceError("validate.no-schema", file=str(file))
    if annotated is not None:
        validated.annotate(annotated, session.language)
    if frictionless_report:
        if validated.report is None:
            raise SourceError("validate.no-report", file=str(file))
        click.echo(json.dumps(validated.report, ensure_ascii=not _speaks_unicode()))
    else:
        view = findings_view(validated.findings, session.language, extent=validated.extent, recipe=False)
        lines = [view.text[session.language]]
        if annotated is not None:
            lines += ["", session.say("annotate.written", path=annotated.as_posix())]
        session.result(validated.to_json(), "\n".join(lines))
    return 12 if validated.findings else 0


def _checked(session: Session, workspace: Workspace, dataset: str) -> Checked:
    from agored.checking import check

    session.talk("cli.checking", dataset=dataset)
    try:
        return check(workspace, dataset, session.language, session.tell)
    finally:
        session.clear()


def _checked_text(session: Session, checked: Checked) -> str:
    from agored.findings import Stage
    from agored.run import ANNOTATED
    from agored.spread import recorded
    from agored.views import findings_view

    run = checked.run
    extent = recorded(run.records[Stage.VALIDATE])
    lines = [findings_view(run.findings, session.language, extent=extent).text[session.language], ""]
    if checked.run.content is not None:
        lines.append(session.say("cli.content", content=checked.run.content))
    lines.append(_gate_text(session, checked))
    annotated = checked.run.folder / ANNOTATED
    if annotated.is_file():
        lines.append(session.say("annotate.written", path=_relative(annotated, checked.inputs.workspace)))
    report = checked.run.folder / f"report.{session.language}.html"
    lines.append(session.say("cli.report", path=_relative(report, checked.inputs.workspace)))
    return "\n".join(lines)


def _gate_text(session: Session, checked: Checked) -> str:
    if checked.judgement.open:
        return session.say("gate.open", dataset=checked.inputs.dataset)
    reasons = [f"- {reason.text(session.language)}" for reason in checked.judgement.reasons]
    return "\n".join([session.say("gate.closed-because"), *reasons])


def _relative(path: Path, workspace: Workspace) -> str:
    try:
        return path.relative_to(workspace.folder).as_posix()
    except ValueError:
        return str(path)


def approve(
    session: Session,
    dataset: str,
    content: str | None,
    role: str,
    mailbox: str,
    accept: Sequence[tuple[str, str, str]],
    change: str,
    reason_cy: str | None,
    reason_en: str | None,
) -> int:
    """Write a decision that lets the checked content out."""
    from agored.approving import approve
    from agored.recipe import Mailbox

    reason = Bilingual(reason_cy, reason_en) if reason_cy and reason_en else None
    if reason is None and (change != "routine" or reason_cy or reason_en):
        raise Misused(session.say("cli.reason-needed"))
    if "@" not in mailbox:
        raise Misused(session.say("cli.mailbox", mailbox=mailbox))
    workspace = session.workspace()
    checked = _checked(session, workspace, dataset)
    if content is None:
        content = _asked_content(session, checked)
    accepts = [(name, Bilingual(cy, en)) for name, cy, en in accept]
    decision, path = approve(checked, content, Mailbox(role, mailbox), accepts, change, reason)
    place = _relative(path, workspace)
    session.result(
        {"dataset": decision.dataset, "content": decision.content, "file": place},
        session.say("cli.approved", content=decision.content.removeprefix("sha256:")[:8], path=place),
    )
    return 0


def _asked_content(session: Session, checked: Checked) -> str:
    """The content's first 8 digits, typed by a person who has seen what was found."""
    if session.as_json or not sys.stdin.isatty() or checked.run.content is None:
        raise Misused(session.say("cli.content-needed"))
    click.echo(_checked_text(session, checked), err=True)
    return str(click.prompt(session.say("cli.type-content"), err=True))


def publish(session: Session, dataset: str, portal: str | None, apply: bool) -> int:
    """Plan what publishing would change, or, with --apply, publish."""
    from agored.checking import found
    from agored.inputs import read_inputs

    workspace = session.workspace()
    inputs = read_inputs(workspace, dataset)
    if portal is not None and portal not in inputs.recipe.portals:
        raise Misused(session.say("cli.not-its-portal", portal=portal))
    checked = found(inputs)
    return _publish(session, workspace, checked, portal, apply)


def _publish(
    session: Session, workspace: Workspace, checked: Checked, portal: str | None, apply: bool
) -> int:
    from agored.publishing import publish_everywhere

    portals = [portal] if portal else list(checked.inputs.recipe.portals)
    try:
        done = publish_everywhere(checked, portals, session.language, apply, session.tell)
    finally:
        session.clear()
    data = {"dataset": checked.inputs.recipe.identity, "portals": [each.to_json() for each in done.outcomes]}
    text = "\n".join(_outcome_text(session, each.to_json()) for each in done.outcomes)
    if done.error is None:
        session.result(data, text)
        return 0
    if text and not session.as_json:
        click.echo(text)
    _show(done.error, session.language, session.as_json, data)
    return done.error.exit_code


def _outcome_text(session: Session, outcome: dict[str, Any]) -> str:
    lines = [
        session.say(f"outcome.{outcome['outcome']}", portal=outcome["portal"], release=outcome["release"])
    ]
    if outcome["outcome"] == "planned":
        for step in outcome["plan"]["changes"]:
            action = session.say(f"view.action.{step['action']}")
            before, after = (_short(step[key]) for key in ("before", "after"))
            lines.append(f"  {action}: {step['subject']}  {before}{' → ' if before else ''}{after}".rstrip())
        lines.append(session.say("cli.apply-next"))
    return "\n".join(lines)


def _short(value: str) -> str:
    text = value.removeprefix("sha256:")[:8] if value.startswith("sha256:") else value
    return text if len(text) <= 60 else text[:59] + "…"


def run(session: Session, dataset: str) -> int:
    """Check, then publish if the gate is open."""
    from agored.publishing import require_open

    workspace = session.workspace()
    checked = _checked(session, workspace, dataset)
    require_open(checked)
    return _publish(session, workspace, checked, None, apply=True)


def batch(session: Session, datasets: Sequence[str], jobs: int | None) -> int:
    """Run many datasets; one failure never stops the rest."""
    from agored.batch import digest_text, run_batch

    workspace = session.workspace()
    for name in datasets:
        workspace.dataset_folder(name)
    results = run_batch(workspace, datasets or workspace.datasets(), session.language, jobs, session.talk)
    session.result([result.to_json() for result in results], digest_text(results, session.language))
    return 15 if any(result.outcome == "failed" for result in results) else 0


def pull(session: Session, dataset: str, portal: str | None) -> int:
    """Fetch a portal's releases into the store."""
    from agored.publishing import pull

    workspace = session.workspace()
    names = [portal] if portal else workspace.recipe(dataset).portals
    fetched = {name: list(pull(workspace, dataset, workspace.portal(name))) for name in names}
    lines = [
        session.say("cli.pulled", portal=name, releases=", ".join(releases) or session.say("view.none"))
        for name, releases in fetched.items()
    ]
    session.result(fetched, "\n".join(lines))
    return 0


def verify(session: Session, target: str) -> int:
    """Check a package or a published page against its checksums and its record."""
    from agored.package.verify import verify

    found = verify(target)
    data = {"target": target, "content_hash": found.content_hash, "files": found.files}
    text = session.say("cli.verified", files=str(found.files), content=found.content_hash)
    session.result(data, text)
    return 0


def serve(session: Session, portal: str | None, port: int) -> int:
    """Show the built-in catalogue on this machine."""
    from agored.serve import catalogue_server

    server = catalogue_server(session.workspace(), portal, port)
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    session.result({"address": address}, session.say("cli.serving", address=address))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        session.talk("cli.stopped")
    finally:
        server.server_close()
    return 0


def status(session: Session) -> int:
    """Where each dataset stands."""
    from agored.status import statuses

    found = statuses(session.workspace())
    lines = []
    for each in found:
        lines.append(f"{each.dataset}: {session.say(f'status.{each.state}')}")
        # A reason of several lines is a list already.
        lines += [f"  - {reason.removeprefix('- ')}" for reason in each.reasons(session.language)]
        if each.release:
            lines.append(f"  {session.say('publish.release')}: {each.release}")
    session.result([each.to_json() for each in found], "\n".join(lines) or session.say("status.no-datasets"))
    return 0


def new(session: Session, name: str, source: Path, sheet: str | None, letters: bool) -> int:
    """Draft a dataset from a file; or only show which letters of the file seem to have gone wrong."""
    from agored.drafting import draft, likely_letters

    if letters:
        found = likely_letters(source, sheet)
        session.result(found.to_json(), found.told(session.language))
        return 0
    written = draft(_folder(session), name, source, sheet)
    lines = [session.say("cli.drafted"), *(f"- {path}" for path in written), session.say("cli.draft-next")]
    session.result({"files": written}, "\n".join(lines))
    return 0


def _folder(session: Session) -> Path:
    """The workspace's folder; where there is none, the current folder becomes one."""
    try:
        return session.workspace().folder
    except AgoredError as error:
        if error.code != "workspace.none":
            raise
        return Path.cwd()


def schema(session: Session, action: str, schema: Path, output: Path | None, resource: str | None) -> int:
    """Do something with a schema from elsewhere; so far, write a repaired copy."""
    from agored.upgrading import upgrade

    if action != "upgrade":
        raise Misused(session.say("upgrade.which-action", known="upgrade"))
    outcome = upgrade(schema, output, resource)
    session.result(outcome.to_json(), outcome.text(session.language))
    return 0


def lab(session: Session, arguments: Sequence[str]) -> NoReturn:
    """Open JupyterLab on the workspace."""
    from agored.lab import open_lab

    workspace = session.workspace()
    open_lab(workspace, session.language, arguments)


def _pull_options(language: str) -> list[click.Parameter]:
    return [*_dataset(language), click.Option(["--portal"], help=say("help.option.portal", language))]


def _verify_options(language: str) -> list[click.Parameter]:
    return [click.Argument(["target"])]


def _serve_options(language: str) -> list[click.Parameter]:
    return [
        click.Option(["--portal"], help=say("help.option.portal", language)),
        click.Option(
            ["--port"], type=click.IntRange(0, 65535), default=8000, help=say("help.option.port", language)
        ),
    ]


def _new_options(language: str) -> list[click.Parameter]:
    return [
        click.Argument(["name"]),
        click.Option(
            ["--from", "source"],
            type=click.Path(path_type=Path),
            required=True,
            help=say("help.option.from", language),
        ),
        click.Option(["--sheet"], help=say("help.option.sheet", language)),
        click.Option(["--letters"], is_flag=True, help=say("help.option.letters", language)),
    ]


def _schema_options(language: str) -> list[click.Parameter]:
    return [
        click.Argument(["action"], metavar="upgrade"),
        click.Argument(["schema"], type=click.Path(path_type=Path)),
        click.Option(
            ["--output"], type=click.Path(path_type=Path), help=say("help.option.upgraded", language)
        ),
        click.Option(["--resource"], help=say("help.option.resource", language)),
    ]


def _nothing(language: str) -> list[click.Parameter]:
    return []


def _lab_options(language: str) -> list[click.Parameter]:
    return [click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)]


COMMANDS: dict[str, tuple[Callable[..., int | None], Parameters]] = {
    "new": (new, _new_options),
    "check": (check, _dataset),
    "validate": (validate, _validate_options),
    "approve": (approve, _approve_options),
    "publish": (publish, _publish_options),
    "run": (run, _dataset),
    "batch": (batch, _datasets),
    "pull": (pull, _pull_options),
    "verify": (verify, _verify_options),
    "serve": (serve, _serve_options),
    "status": (status, _nothing),
    "schema": (schema, _schema_options),
    "lab": (lab, _lab_options),
}


if __name__ == "__main__":
    main()
