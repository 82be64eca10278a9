"""Click's commands with help and usage errors in both languages."""

from __future__ import annotations

from typing import Any

import click

from agored.words import known, say


class _Spoken(click.Command):
    """A command whose help speaks ``language``."""

    def __init__(self, *arguments: Any, language: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.language = language
        for parameter in self.params:
            parameter.metavar = parameter.metavar or _value_word(parameter, language)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help`` with its sentence in the command's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("help.option.help", self.language)
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line, under its word in the command's language."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("help.usage", self.language) + " ")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """As Click's, with the word for options in the command's language."""
        self.options_metavar = say("help.options-mark", self.language)
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, under their heading in the command's language."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        if records:
            required = say("help.required", self.language)
            with formatter.section(say("help.options", self.language)):
                formatter.write_dl([(name, text.replace("[required]", required)) for name, text in records])


def _value_word(parameter: click.Parameter, language: str) -> str | None:
    """The word that stands for a parameter's value in its command's help; a choice shows itself."""
    if getattr(parameter, "is_flag", False) or isinstance(parameter.type, click.Choice):
        return None
    named = f"help.value.{parameter.name}"
    return say(named if known(named) else f"help.value.{parameter.type.name.partition(' ')[0]}", language)


class Command(_Spoken):
    """A command of Agored's."""


class Group(_Spoken, click.Group):
    """The group of all commands; the order is the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added, not the alphabet's."""
        return list(self.commands)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """As Click's, with the word for a command in the group's language."""
        self.subcommand_metavar = say("help.command-mark", self.language)
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands with the first sentence of each."""
        super().format_options(ctx, formatter)
        with formatter.section(say("help.commands", self.language)):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])


class Misused(click.UsageError):
    """A command typed in a way that Click allows and Agored does not; its message is in the right language."""


def usage_message(error: click.ClickException, language: str) -> str:
    """What is wrong with a command as it was typed, and where its help is."""
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "agored"
    return "\n".join([_what(error, language), say("usage.help", language, command=command)])


def _what(error: click.ClickException, language: str) -> str:
    if isinstance(error, Misused):
        return error.message
    if isinstance(error, click.NoSuchOption):
        return say("usage.no-option", language, option=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = (
            error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
        )
        return say("usage.missing", language, name=name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = (
            error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
        )
        allowed = getattr(error.param.type, "choices", None)
        if allowed:
            return say("usage.not-one-of", language, name=name, allowed=", ".join(allowed))
        return say("usage.bad-value", language, name=name)
    if isinstance(error, click.UsageError) and error.ctx is not None and isinstance(error.ctx.command, Group):
        return say("usage.no-command", language, known=", ".join(error.ctx.command.commands))
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return say("usage.too-much", language)
    return error.message
