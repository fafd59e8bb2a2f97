"""``completion bash|zsh|powershell``: a completion script for a shell, made from the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from lync_wizard.cli.arguments import Commands, command, flags, positionals, subcommands, summaries, walk
from lync_wizard.cli.output import document

_MADE: Final = "Completion for lync-wizard, made by `lync-wizard completion {}`."


class Place(NamedTuple):
    """What may follow the words of a command: words with their help, and what may follow a flag that takes a value.

    A flag without choices has an empty tuple: what follows is the shell's own matter (files).
    """

    words: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]


def add(commands: Commands) -> None:
    added = command(commands, "completion", "print a completion script for a shell",
                    "lync-wizard completion bash > ~/.local/share/bash-completion/completions/lync-wizard",
                    action=_completion)  # fmt: skip
    added.add_argument("shell", choices=list(_SHELLS), help="zsh: save it as _lync-wizard in a folder of $fpath; "
                       "PowerShell: add it to $PROFILE")  # fmt: skip


def _completion(options: argparse.Namespace) -> int:
    document(_SHELLS[options.shell](places(options.whole())))
    return 0


def places(top: argparse.ArgumentParser) -> dict[str, Place]:
    """Every command by its words, as ``/backup/run``; the program itself is the empty string."""
    return {"".join(f"/{word}" for word in words): _place(parser) for words, parser in walk(top)}


def _place(parser: argparse.ArgumentParser) -> Place:
    lines = summaries(parser)
    words = {name: lines.get(name) or below.description or "" for name, below in subcommands(parser).items()}
    words |= {str(one): "" for action in positionals(parser) for one in action.choices or ()}
    words |= {flag: action.help or "" for action in flags(parser) for flag in action.option_strings}
    values = {
        flag: tuple(map(str, action.choices or ()))
        for action in flags(parser)
        for flag in action.option_strings
        if action.nargs != 0
    }
    return Place({word: text.partition("\n")[0] for word, text in words.items()}, values)


def _bash(found: Mapping[str, Place]) -> str:
    return f"""# {_MADE.format("bash")}
_lync_wizard() {{
    local at="" word i cur="${{COMP_WORDS[COMP_CWORD]}}"
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="$at/${{COMP_WORDS[i]}}"
        case "$word" in
            {_commands(found)}) at="$word" ;;
        esac
    done
    case "$at ${{COMP_WORDS[COMP_CWORD-1]}}" in
{_lines(_values(found), '        {}) COMPREPLY=($(compgen -W "{}" -- "$cur")); return ;;')}
    esac
    case "$at" in
{_lines(_words(found), '        {}) COMPREPLY=($(compgen -W "{}" -- "$cur")) ;;')}
    esac
}}
complete -o default -F _lync_wizard lync-wizard"""


def _zsh(found: Mapping[str, Place]) -> str:
    def described(place: Place, *, flags: bool) -> str:
        return " ".join(
            _quoted(f"{word}:{text}") for word, text in place.words.items() if word.startswith("-") == flags
        )

    words = ((f'"{at}"', described(place, flags=False), described(place, flags=True)) for at, place in found.items())
    return f"""#compdef lync-wizard
# {_MADE.format("zsh")}
_lync-wizard() {{
    local at="" word ret=1
    local -a found flags
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        case "$at/$word" in
            {_commands(found)}) at="$at/$word" ;;
        esac
    done
    case "$at ${{words[CURRENT-1]}}" in
{_lines(_values(found), "        {}) found=({}); (( $#found )) && compadd -a found || _files; return ;;")}
    esac
    case "$at" in
{_lines(words, "        {}) found=({}) flags=({}) ;;")}
    esac
    (( $#found )) && _describe command found && ret=0
    _describe -o option flags && ret=0
    (( ret )) && _files
}}
compdef _lync-wizard lync-wizard"""


def _powershell(found: Mapping[str, Place]) -> str:
    def pairs(texts: Mapping[str, str]) -> str:
        return "; ".join(f"{_doubled(key)} = {_doubled(text)}" for key, text in texts.items())

    words = "\n".join(f"    {_doubled(at)} = [ordered]@{{ {pairs(place.words)} }}" for at, place in found.items())
    values = "\n".join(
        f"    {_doubled(f'{at} {flag}')} = @({', '.join(map(_doubled, choices))})"
        for at, place in found.items()
        for flag, choices in place.values.items()
    )
    return f"""# {_MADE.format("powershell")}
$LyncWizardWords = @{{
{words}
}}
$LyncWizardValues = @{{
{values}
}}
Register-ArgumentCompleter -Native -CommandName lync-wizard -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $at = ''
    $last = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {{
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete) {{ break }}
        $last = $element.Extent.Text
        if ($LyncWizardWords.ContainsKey("$at/$last")) {{ $at = "$at/$last" }}
    }}
    if ($LyncWizardValues.ContainsKey("$at $last")) {{
        $LyncWizardValues["$at $last"] | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
        }}
        return
    }}
    $LyncWizardWords[$at].GetEnumerator() | Where-Object {{ $_.Key -like "$wordToComplete*" }} | ForEach-Object {{
        $text = if ($_.Value) {{ $_.Value }} else {{ $_.Key }}
        [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterName', $text)
    }}
}}"""


_SHELLS: Final[Mapping[str, Callable[[Mapping[str, Place]], str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "powershell": _powershell,
}


def _commands(found: Mapping[str, Place]) -> str:
    """The patterns of a shell's ``case`` for everything that is a command."""
    return "|".join(at for at in found if at)


def _values(found: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    for at, place in found.items():
        for flag, choices in place.values.items():
            yield f'"{at} {flag}"', " ".join(choices)


def _words(found: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    for at, place in found.items():
        yield f'"{at}"', " ".join(place.words)


def _lines(parts: Iterator[tuple[str, ...]], form: str) -> str:
    return "\n".join(form.format(*part) for part in parts)


def _quoted(text: str) -> str:
    """In the single quotes of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _doubled(text: str) -> str:
    """In the single quotes of PowerShell, which takes a typographic one for a quote as well."""
    for quote in "'‘’‚‛":
        text = text.replace(quote, quote * 2)
    return f"'{text}'"
