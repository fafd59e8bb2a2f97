"""A step as it is read: where, as whom, what exactly will run, how its end is recognised."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from lync_wizard.hosts.command import Command, Pipeline, Program, SimulatedAction
from lync_wizard.hosts.powershell import argument, cmdlet_lines, text_of
from lync_wizard.plans.model import PlannedStep
from lync_wizard.runs.evidence import in_words
from lync_wizard.tui.view.words import about


def command_lines(command: Command, reads: Mapping[str, str] | None = None) -> list[str]:
    """A command in lines: a cmdlet and one parameter a line, a program and its arguments, each indented."""
    match command:
        case Pipeline(cmdlets):
            lines: list[str] = []
            for position, cmdlet in enumerate(cmdlets):
                name, *parameters = cmdlet_lines(cmdlet)
                lines += [f"| {name}" if position else name, *(f"  {parameter}" for parameter in parameters)]
        case Program(name, args):
            lines = [name, f"  {' '.join(map(argument, args))}"]
        case SimulatedAction(do):
            lines = do.strip().splitlines()
        case _:
            lines = text_of(command).splitlines()
    for name, value in (reads or {}).items():
        lines = [line.replace(f"<Read:{name}>", value.replace("\n", ", ")) for line in lines]
    return lines


def instruction(step: PlannedStep, reads: Mapping[str, str] | None = None) -> Content:
    """The command or the work, its choices and notes; wraps at any width."""
    parts: list[Content] = []
    if step.by_hand:
        text = step.text if step.command is None else "\n".join(command_lines(step.command))
        parts.append(Content(text.strip()))
        parts += [Content(f"  {number}  {choice}") for number, choice in enumerate(step.choices, 1)]
    elif step.command is not None:
        parts += [Content.styled(line, "$foreground") for line in command_lines(step.command, reads)]
    return Content("\n").join(parts)


def where(step: PlannedStep) -> Content:
    """``on HOST as ACCOUNT``, or that a person does it."""
    who = (" manually", "$muted") if step.by_hand else (f" as {step.account}", "$muted")
    return Content.assemble(("on ", "$muted"), step.host, who)


def remarks(step: PlannedStep) -> Content:
    """What the operator should know beside the command: notes, verification, how long it takes, where it is from."""
    lines = [Content.styled(note, "$warning" if "important" in note.lower() else "$muted") for note in step.notes]
    if step.verify is not None:
        asked = in_words(step.verify.command)
        lines.append(Content.assemble(("checked by ", "$muted"), (asked, "$muted")))
    if step.expected_seconds:
        whence = f" ({step.expected_from})" if step.expected_from else ""
        lines.append(Content.styled(f"usually    {about(step.expected_seconds)}{whence}", "$muted"))
    numbers = (("corrections", step.errata), ("known failures", step.pitfalls))
    cited = [f"{kind} {', '.join(named)}" for kind, named in numbers if named]
    origin = " · ".join([part for part in (step.source, *cited) if part])
    if origin:
        lines.append(Content.styled(f"source     {origin}", "$muted"))
    return Content("\n").join(lines)
