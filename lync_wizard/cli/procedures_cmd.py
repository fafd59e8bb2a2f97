"""``procedures list|show|lint|export``: the runbooks, without any host."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lync_wizard import checks, procedures
from lync_wizard.checks import pitfalls
from lync_wizard.cli.arguments import Commands, command, group, json_flag, output_argument
from lync_wizard.cli.context import available_procedures, procedure_named
from lync_wizard.cli.output import deliver, for_people, present, table, to_json
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import SimulatedAction, to_data
from lync_wizard.procedures import (
    Procedure,
    available,
    command_lint,
    conditions,
    evidence_lint,
    overwrite_lint,
    sequence_lint,
    unread_lint,
)
from lync_wizard.procedures.expand import PlacedStep, expanded


def add(commands: Commands) -> None:
    sub = group(commands, "procedures", "the runbooks", "lync-wizard procedures show restore-se")
    listing = command(sub, "list", "list the procedures", "lync-wizard procedures list", action=_list)
    json_flag(listing)
    show = command(sub, "show", "show one procedure, values still placeholders", "lync-wizard procedures show ID",
                   action=_show)  # fmt: skip
    show.add_argument("id", metavar="ID")
    json_flag(show)
    lint = command(sub, "lint", "check procedure files; every problem at once", "lync-wizard procedures lint my.yaml",
                   action=_lint)  # fmt: skip
    lint.add_argument("files", metavar="FILE", nargs="*", help="files to check instead of the shipped and own ones")
    lint.add_argument("--facts", action="store_true", help="print the closed list of facts for `when`")
    lint.add_argument("--checks", action="store_true", help="print the checks, and the known failures each one reads")
    json_flag(lint)
    export = command(sub, "export", "write a procedure for reading elsewhere",
                     "lync-wizard procedures export restore-se --format json", action=_export)  # fmt: skip
    export.add_argument("id", metavar="ID")
    export.add_argument("--format", choices=["ps1", "md", "json", "pdf"], default="json")
    output_argument(export, "else standard output")


def _list(options: argparse.Namespace) -> int:
    found = available_procedures(options)
    own = available.replaced({one.id: one.sha256 for one in found.procedures.values()})
    listed = [p for p in found.procedures.values() if p.listed and p.id not in found.broken]
    rows = [(p.id, p.title + (" (the home's own in place of the shipped one)" if p.id in own else "")) for p in listed]
    rows += [(name, f"cannot be used: {problems[0].message}") for name, problems in sorted(found.broken.items())]
    data = [{"id": p.id, "title": p.title, "source": p.source, "target": p.target, "replaced": p.id in own}
            for p in listed]  # fmt: skip
    unusable = [
        {"id": name, "unreadable": [str(problem) for problem in problems]}
        for name, problems in sorted(found.broken.items())
    ]
    present(options, [*data, *unusable], table(rows, heading=("id", "title")))
    return 0


def as_data(one: Procedure, known: Mapping[str, Procedure]) -> dict[str, Any]:
    """``{"id", "title", "source", "steps": [STEP…]}``, includes resolved, values still placeholders."""
    return {"id": one.id, "title": one.title, "source": one.source, "steps": [*map(_step, expanded(one, known))]}


def _step(placed: PlacedStep[str]) -> dict[str, Any]:
    step, place = placed.step, placed.place
    rounds = [*place.rounds, *([step.for_each] if step.for_each else [])]
    by_hand = step.run is None or isinstance(step.run, SimulatedAction)
    return {
        "id": placed.id,
        "group": placed.heading.name,
        "group_title": placed.heading.title,
        "title": step.title,
        "kind": step.kind,
        "when": list(dict.fromkeys(place.when)),
        "for_each": [{"as": one.bind, "in": one.over, "order": one.order} for one in rounds],
        "host": step.host,
        "account": step.account,
        "command": to_data(step.run) if step.run else None,
        "text": powershell.text_of(step.run) if step.run else "",
        "ask": step.ask,
        "ways": {name: {"kind": way.kind, "command": to_data(way.run) if way.run else None,
                        "text": powershell.text_of(way.run) if way.run else ""} for name, way in step.ways.items()},
        "choices": list(step.choices),
        "destructive": step.destructive,
        "confirm": "type" if step.destructive else step.confirm or ("none" if by_hand and not step.ways else "yes"),
        "confirm_text": (step.harms or step.host) if step.destructive else "",
        "before": [dict(item) for item in step.before],
        "reads": {name: dict(read) for name, read in step.reads.items()},
        "expect": dict(step.expect),
        "verify": dict(step.verify) if step.verify else None,
        "deliver": dict(step.deliver) or None,
        "repeatable": step.repeatable,
        "repeatable_because": step.repeatable_because,
        "expected_seconds": step.expected_seconds,
        "limit_seconds": step.limit_seconds,
        "undo": step.undo,
        "notes": list(step.notes),
        "source": step.source,
        "errata": list(step.errata),
        "pitfalls": list(step.pitfalls),
        **({"evidence": step.evidence} if step.evidence else {}),
    }  # fmt: skip


def _show(options: argparse.Namespace) -> int:
    one, known = procedure_named(options, options.id)
    data = as_data(one, known)
    present(options, data, _steps(data))
    return 0


def _steps(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{data['id']}  {data['title']}", f"source: {data['source']}", "")
    for step in data["steps"]:
        when = f"  [{', '.join(step['when'])}]" if step["when"] else ""
        yield f"{step['id']}  {step['title']}{when}"
        for name, way in step["ways"].items():
            yield f"    {step['ask']} {name}, on {step['host']}: {way['text']}"
        if not step["ways"]:
            yield f"    on {step['host']}: {step['text'] or 'a decision'}"
        if step["destructive"]:
            yield f"    DESTRUCTIVE: {step['destructive']}"
        if step["repeatable"]:
            yield f"    sent again after an unknown outcome: {step['repeatable_because']}"


def _lint(options: argparse.Namespace) -> int:
    if options.facts:
        rows = [(fact.name, fact.meaning) for fact in conditions.FACTS]
        listed = [{"name": name, "meaning": meaning} for name, meaning in rows]
        present(options, listed, table(rows, heading=("fact", "holds when")))
        return 0
    if options.checks:
        return _catalogue(options)
    problems = Problems()
    if options.files:
        given = [one for name in options.files if (one := procedures.read(Path(name), problems))]
        known: Mapping[str, Procedure] = {**available.load(None).procedures, **{one.id: one for one in given}}
    else:
        found_here = available_procedures(options)
        problems.extend(problem for broken in found_here.broken.values() for problem in broken)
        known = found_here.procedures
        given = list(known.values())
    procedures.lint(known, problems, checks=checks.ids())
    for one in given:
        evidence_lint.lint(one, problems)
        command_lint.lint(one, problems)
        overwrite_lint.lint(one, problems)
        sequence_lint.lint(one, known, problems)
        unread_lint.lint(one, known, problems)
    if not options.json:
        problems.raise_any("the procedures")
    found = [{"where": str(p.where), "key": p.key, "message": p.message, "hint": p.hint} for p in problems]
    guesses = [f"  {one.id}: {guess}" for one in given for guess in evidence_lint.guesses(one)]
    shown = ["", "Evidence that rests on a guess:", *guesses] if guesses else []
    present(options, found, ["no problems", *shown])
    return InputError.exit_code if found else 0


def _catalogue(options: argparse.Namespace) -> int:
    """Every check with the procedures that list it, and every known failure with the checks that read it."""
    known = available_procedures(options).procedures
    used = {name: [p.id for p in known.values() if name in p.checks] for name in checks.ids()}
    listed = [
        {"id": c.id, "title": c.title, "pitfalls": list(c.pitfalls), "procedures": used[c.id], "waits": bool(c.gate)}
        for c in checks.CHECKS.values()
    ]
    failures = [
        {"id": p.number, "title": p.title, "checks": list(p.checks), "why_not": p.why_not} for p in pitfalls.ALL
    ]
    read = [(c.id, c.title, " ".join(c.pitfalls)) for c in checks.CHECKS.values()]
    covered = [(p.number, p.title, ", ".join(p.checks) or p.why_not) for p in pitfalls.ALL]
    present(
        options,
        {"checks": listed, "pitfalls": failures},
        [
            *table(read, heading=("check", "should be true", "known failures")),
            "",
            *table(covered, heading=("id", "known failure", "read beforehand by")),
        ],
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    one, known = procedure_named(options, options.id)
    deliver(_exported(one, known, options.format, to_file=bool(options.output)), options)
    return 0


def _exported(one: Procedure, known: Mapping[str, Procedure], form: str, *, to_file: bool) -> str | bytes:
    if form == "json":
        return to_json(as_data(one, known)) + "\n"
    if form == "pdf":
        # Imported here: it loads typst, which no help needs.
        from lync_wizard.render import pdf

        return pdf.procedure(one, known, made_at=timestamps.now())
    return for_people(one, known, form, to_file=to_file)
