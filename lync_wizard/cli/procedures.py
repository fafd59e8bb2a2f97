"""``procedures list|show|lint|export``: the runbooks, without any host."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lync_wizard import checks, facts, procedure
from lync_wizard.catalogue import data_folder
from lync_wizard.cli.compose import Commands, command, group, home_of, json_flag, print_json, print_table
from lync_wizard.document import Problems
from lync_wizard.errors import InputError
from lync_wizard.guide import load_procedures
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import to_data
from lync_wizard.procedure import Procedure, Step


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
    json_flag(lint)
    export = command(sub, "export", "write a procedure for reading elsewhere",
                     "lync-wizard procedures export restore-se --format json", action=_export)  # fmt: skip
    export.add_argument("id", metavar="ID")
    export.add_argument("--format", choices=["ps1", "md", "json", "pdf"], default="json")
    export.add_argument("-o", "--output", metavar="FILE", help="else standard output")


def _library(options: argparse.Namespace) -> dict[str, Procedure]:
    problems = Problems()
    library = load_procedures(home_of(options), problems)
    problems.raise_any("the procedures")
    return library


def find(options: argparse.Namespace, name: str) -> tuple[Procedure, dict[str, Procedure]]:
    """A procedure by id. Raises :class:`InputError` with the nearest spelling."""
    from lync_wizard.document import did_you_mean

    library = _library(options)
    if name not in library:
        listed = [p.id for p in library.values() if p.listed]
        raise InputError(f"there is no procedure {name!r}", did_you_mean(name, listed))
    return library[name], library


def _list(options: argparse.Namespace) -> int:
    listed = [p for p in _library(options).values() if p.listed]
    if options.json:
        print_json([{"id": p.id, "title": p.title, "source": p.source, "target": p.target} for p in listed])
    else:
        print_table([(p.id, p.title) for p in listed], heading=("id", "title"))
    return 0


def as_data(one: Procedure, library: Mapping[str, Procedure]) -> dict[str, Any]:
    """``{"id", "title", "source", "steps": [STEP…]}``, includes resolved, values still placeholders."""
    return {"id": one.id, "title": one.title, "source": one.source, "steps": list(_steps(one, library, "", ""))}


def _steps(one: Procedure, library: Mapping[str, Procedure], prefix: str, outer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for step in one.steps:
        inner = library.get(step.include)
        if inner is None:
            parts = step.parts or (step,)
            found += [
                _step(part, prefix + step.id + (f".{n}" if step.parts else ""), step) for n, part in enumerate(parts, 1)
            ]
        elif inner.block:
            found += [_step(part, f"{prefix}{step.id}.{n}", step) for n, part in enumerate(inner.steps, 1)]
        else:
            found += _steps(inner, library, f"{prefix}{inner.id}/", outer)
    return found


def _step(part: Step, step_id: str, whole: Step) -> dict[str, Any]:
    return {
        "id": step_id,
        "group": whole.id or step_id,
        "title": part.title or whole.title,
        "kind": part.kind,
        "when": list(dict.fromkeys([*whole.when, *part.when])),
        "host": part.host or whole.host or "<ServerFqdn>",
        "account": part.account,
        "command": to_data(part.run) if part.run else None,
        "text": powershell.text_of(part.run) if part.run else "",
        "ways": {name: {"kind": way.kind, "command": to_data(way.run) if way.run else None}
                 for name, way in part.ways.items()},
        "destructive": part.destructive,
        "expect": dict(part.expect),
        "verify": dict(part.verify) if part.verify else None,
        "before": [dict(item) for item in part.before],
        "repeatable": part.repeatable,
        "expected_seconds": part.expected_seconds,
        "limit_seconds": part.limit_seconds,
        "undo": part.undo,
        "notes": list(part.notes),
        "source": part.source or whole.source,
        "errata": list(part.errata),
        "pitfalls": list(part.pitfalls),
    }  # fmt: skip


def _show(options: argparse.Namespace) -> int:
    one, library = find(options, options.id)
    data = as_data(one, library)
    if options.json:
        print_json(data)
        return 0
    print(f"{one.id}  {one.title}\nsource: {one.source}\n")
    for step in data["steps"]:
        when = f"  [{', '.join(step['when'])}]" if step["when"] else ""
        print(f"{step['id']}  {step['title']}{when}")
        print(f"    on {step['host']}: {step['text'] or 'a decision'}")
        if step["destructive"]:
            print(f"    DESTRUCTIVE: {step['destructive']}")
    return 0


def _lint(options: argparse.Namespace) -> int:
    if options.facts:
        rows = [(fact.name, fact.meaning) for fact in facts.FACTS]
        if options.json:
            print_json([{"name": name, "meaning": meaning} for name, meaning in rows])
        else:
            print_table(rows, heading=("fact", "holds when"))
        return 0
    problems = Problems()
    if options.files:
        library = procedure.load_library([data_folder() / "procedures"], Problems(), checks=checks.ids())
        for name in options.files:
            one = procedure.read(Path(name), problems)
            if one:
                library[one.id] = one
        procedure.lint(library, problems, checks=checks.ids())
    else:
        load_procedures(home_of(options), problems)
    if options.json:
        print_json([{"where": str(p.where), "key": p.key, "message": p.message, "hint": p.hint} for p in problems])
        return 2 if len(problems) else 0
    problems.raise_any("the procedures")
    print("no problems")
    return 0


def _export(options: argparse.Namespace) -> int:
    one, library = find(options, options.id)
    data = _exported(one, library, options.format, to_file=bool(options.output))
    if options.output:
        _write(Path(options.output), data)
    elif isinstance(data, str):
        print(data, end="")
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return 0


def _exported(one: Procedure, library: Mapping[str, Procedure], form: str, *, to_file: bool) -> str | bytes:
    """The procedure in a form; a script file carries a byte order mark, without which Windows misreads it."""
    if form == "json":
        return json.dumps(as_data(one, library), indent=1, ensure_ascii=False) + "\n"
    if form == "pdf":
        from lync_wizard import printout

        return printout.procedure(one, library, made_at=datetime.now(UTC))
    from lync_wizard import script

    if form == "md":
        return script.markdown(one, library)
    if to_file:
        return script.script_bytes(one, library)
    return script.powershell_script(one, library).replace(script.LINE_END, "\n")


def _write(path: Path, data: str | bytes) -> None:
    from lync_wizard.storage import write_whole

    try:
        write_whole(path.absolute(), data)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror or error}", "Name another file with -o.", str(error)
        ) from error
