"""The manual page ``lync-wizard.1``, made from the parser: ``python -m lync_wizard.cli.manual FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_wizard.cli.arguments import flags, positionals, subcommands, walk
from lync_wizard.cli.parser import COMMANDS, DESCRIPTION, whole
from lync_wizard.core.storage import write_whole

_EXIT_CODES: Final = {
    0: "done, complete and verified",
    1: "the answer is no: a check, a verification or a run failed",
    2: "wrong usage, an invalid file or a missing value; nothing was changed",
    3: "refused for safety: a confirmation, an approval or an answer is missing",
    4: "a host, share or database was not reached or refused the account",
    70: "an error of lync-wizard itself; a report is in the folder reports of the home",
    130: "paused; can be resumed",
}
_FILES: Final = {
    "worksheets/": "the filled worksheets of the deployment",
    "connections.yaml": "how hosts are reached, and as whom; never a password",
    "procedures/": "your own procedures",
    "runs/": "a record of every run, written before anything is sent",
    "reports/": "printed documents and reports of errors",
    "drills/": "the drills that were kept",
}
_ENVIRONMENT: Final = {"LYNC_WIZARD_HOME": "the wizard's folder (the home), where --home does not name it"}


def page() -> str:
    """The whole page in the language of man(7)."""
    return "\n".join([*_page(whole()), ""])


def _page(top: argparse.ArgumentParser) -> Iterator[str]:
    yield '.TH LYNC-WIZARD 1 "" "lync-wizard" "User Commands"'
    yield from (".SH NAME", r"lync-wizard \- guided backup and restore of Lync Server 2013 and its successors")
    yield from (".SH SYNOPSIS", rf"\fBlync-wizard\fR {_text(_usage(top))} [\fICOMMAND\fR ...]")
    yield from (".SH DESCRIPTION", _text(DESCRIPTION.replace("\n", " ")))
    yield from (".SH OPTIONS", *_list({"-h, --help": "with every command: what it takes, and an example"}))
    yield from _arguments(top)
    commands = subcommands(top)
    for heading, listed in COMMANDS.items():
        yield f".SH {heading.upper()}"
        for name in listed:
            for words, parser in walk(commands[name], (name,)):
                yield from _command(words, parser)
    yield from (".SH EXIT STATUS", *_list({str(code): text for code, text in _EXIT_CODES.items()}))
    yield from (".SH ENVIRONMENT", *_list(_ENVIRONMENT))
    yield from (".SH FILES", "In the wizard's folder:", *_list(_FILES))


def _command(words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[str]:
    if subcommands(parser):
        return
    called = _text(" ".join(("lync-wizard", *words)))
    yield from (f".SS {_text(' '.join(words))}", rf"\fB{called}\fR {_text(_usage(parser))}")
    yield from (".PP", _text(parser.description or ""), *_arguments(parser))
    yield from (".PP", _text((parser.epilog or "").replace("example: ", "Example: ")))


def _usage(parser: argparse.ArgumentParser) -> str:
    """The arguments in a line; mutually exclusive flags each by itself."""
    parts = []
    for action in _flags(parser):
        part = " ".join([action.option_strings[0], *_value(action)])
        parts.append(part if action.required else f"[{part}]")
    parts += [" ".join(_value(action)) for action in positionals(parser)]
    return " ".join(parts)


def _flags(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in flags(parser) if action.dest != "help"]


def _value(action: argparse.Action) -> list[str]:
    """How the value is written: nothing for a flag that takes none."""
    if action.nargs == 0:
        return []
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    name = str(action.metavar or choices or action.dest.upper())
    return [{"?": f"[{name}]", "*": f"[{name} ...]"}.get(str(action.nargs), name)]


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in positionals(parser):
        if action.help:
            yield from (".TP", rf"\fI{_text(' '.join(_value(action)))}\fR", _text(action.help))
    for action in _flags(parser):
        value = "".join(rf" \fI{_text(one)}\fR" for one in _value(action))
        names = ", ".join(rf"\fB{_text(flag)}\fR{value}" for flag in action.option_strings)
        yield from (".TP", names, _text(action.help or ""))


def _list(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield from (".TP", rf"\fB{_text(name)}\fR", _text(text))


def _text(text: str) -> str:
    """Text as troff prints it: a hyphen that can be copied, no line taken for a request."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    write_whole(Path(sys.argv[1]), page())
