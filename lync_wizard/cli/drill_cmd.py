"""``drill`` and ``lab``: the same wizard on a simulated deployment, and an independent verdict at the end."""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path
from typing import Any

from lync_wizard.cli import backup_run_cmd, drill_verdict, front_ends
from lync_wizard.cli.arguments import Commands, command, front_end, group, json_flag
from lync_wizard.cli.context import CommandContext, home_of, with_drill
from lync_wizard.cli.output import note, note_error, present, print_json, print_json_line, say, table
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Refused, WizardError
from lync_wizard.core.storage import Home
from lync_wizard.runs import journal, scripted_operator
from lync_wizard.runs.history import summarise
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace.backup_job import PROCEDURE
from lync_wizard.workspace.run_session import RunSession

_POWERSHELL = "a real PowerShell 7 instead of the built-in interpreter; auto: LYNC_WIZARD_PWSH, else PATH"


def add(commands: Commands) -> None:
    drill = command(commands, "drill", "practise on a simulated deployment with something broken in it; without ID "
                    "a random disaster, of which only the symptoms are shown",
                    "lync-wizard drill restore-se", action=_drill)  # fmt: skip
    drill.add_argument("id", metavar="ID", nargs="?", help="the procedure to practise; else a random disaster")
    drill.add_argument("--variant", metavar="V", help="the scenario, where a procedure has several")
    drill.add_argument("--lab", metavar="NAME", help="keep this lab; a later drill goes on with it")
    drill.add_argument("--backup-set", metavar="SET", help="restore from this set")
    front_end(drill, headless="no prompt ever; a script does the manual steps")
    drill.add_argument("--script", metavar="FILE", help="answers and simulated actions by step, for --headless")
    drill.add_argument("--seed", type=int, metavar="N", help="the same seed: the same deployment, the same disaster")
    drill.add_argument(
        "--speed", type=float, default=20.0, metavar="X", help="how much faster than real time (default 20)"
    )
    drill.add_argument("--fault", metavar="NAME", action="append", default=[], help="something that goes wrong")
    drill.add_argument("--powershell", metavar="PATH|auto", help=_POWERSHELL)
    drill.add_argument("--list", action="store_true", help="list procedures, variants, faults and simulated actions")
    json_flag(drill)
    sub = group(commands, "lab", "the simulated deployment by itself", "lync-wizard lab start")
    begin = command(sub, "start", "start a lab and print one JSON line; runs until SIGTERM or `lab stop`",
                    "lync-wizard lab start --lab mine", action=_lab_start)  # fmt: skip
    begin.add_argument("--scenario", metavar="NAME", help="what is simulated; a lab that is there keeps its own")
    begin.add_argument("--lab", default="lab", metavar="NAME")
    begin.add_argument("--speed", type=float, default=20.0, metavar="X")
    begin.add_argument("--seed", type=int, metavar="N")
    begin.add_argument("--fault", metavar="NAME", action="append", default=[])
    begin.add_argument("--powershell", metavar="PATH|auto", help=_POWERSHELL)
    end = command(sub, "stop", "stop a lab; its state stays", "lync-wizard lab stop --lab mine", action=_lab_stop)
    end.add_argument("--lab", default="lab", metavar="NAME")


def _lab_home(options: argparse.Namespace, name: str) -> Home:
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        raise InputError(f"{name!r} is no name for a lab", "Use letters, digits and hyphens.")
    timestamps.shift_from_environment()  # here, because a new drill's home has no lab folder yet
    whole = home_of(options)
    return whole.within(whole.drills / name)


def _drill(options: argparse.Namespace) -> int:
    if options.list:
        return _listed(options)
    # Imported here: no help needs the lab.
    from lync_wizard.lab.scenarios import catalogue
    from lync_wizard.lab.server import process

    name = options.lab or f"{options.id or 'drill'}-{secrets.token_hex(3)}"
    home = _lab_home(options, name)
    if options.id:
        procedure, variant = options.id, catalogue.variant(options.id, options.variant)
    else:
        procedure, variant = _drawn(options, home)
    began = time.monotonic()
    running = process.running(home.root)
    if running is None:
        note(f"building a simulated deployment ({name}) …")
        standing = procedure in catalogue.BACKUPS
        process.start(
            home.root, variant, speed=options.speed, seed=options.seed, faults=options.fault, standing=standing,
            powershell=options.powershell,
        )  # fmt: skip
    elif options.fault:
        raise InputError(f"the lab {name} is already running", "Ask for faults when it is started.")
    elif options.powershell and not running["powershell"]:
        raise InputError(f"the lab {name} is already running", "Ask for a PowerShell when it is started.")
    try:
        return _practise(options, home, procedure, began)
    finally:
        if not options.lab and not _unfinished(home):
            process.stop(home.root)


def _drawn(options: argparse.Namespace, home: Home) -> tuple[str, str]:
    """The disaster of the seed (made up and said where none is given); a lab that exists already keeps its own."""
    # Imported here: no help needs the lab.
    from lync_wizard.lab.scenarios import random_pick
    from lync_wizard.lab.server.lab import Identity

    if identity := Identity.load(home.lab):
        return random_pick.procedure_for(identity.scenario), identity.scenario
    if options.seed is None:
        options.seed = secrets.randbelow(1 << 31)
    note(f"a random disaster, seed {options.seed}")
    return random_pick.pick(options.seed, options.variant)


def _unfinished(home: Home) -> bool:
    """Whether a run waits to be resumed: then its lab is left running."""
    return any((one := summarise(folder)) and not one.end for folder in journal.runs(home.runs))


def _practise(options: argparse.Namespace, home: Home, procedure: str, began: float) -> int:
    # Imported here: no help needs the lab.
    from lync_wizard.lab.scenarios import catalogue, symptoms
    from lync_wizard.lab.server.companion import LabActions
    from lync_wizard.lab.server.control import LabControl

    work = with_drill(options, home)
    lab = LabControl(home.root)
    target = str(lab.status()["target"])
    backs_up = procedure in catalogue.BACKUPS
    if lab.status()["standing"] and not backs_up:
        lost = ", ".join(lab.strike()["lost"])
        note(f"simulating the loss of {lost} …" if options.id else "simulating the loss …")
    elif backs_up and not lab.status()["standing"]:
        raise Refused("the loss has been simulated in this lab already", "Practise a backup in another lab.")
    told = () if backs_up else symptoms.of(str(lab.status()["scenario"]))
    settled = {run.run for run in work.workspace.runs() if run.end}
    if backs_up:
        code = _back_up(options, work)
    elif options.headless:
        code = _headless(options, work, procedure, str(lab.status()["scenario"]), target)
    else:
        code = front_ends.practise(work, options.id, target if options.id else None, told=told, plain=options.plain)
    begun = [run for run in work.workspace.runs() if run.run not in settled]
    newest = next(iter(begun), None)
    made = _set_of(work, newest.run) if newest and backs_up else ""
    verdict = lab.backed_up(made) if backs_up else lab.verdict()
    steps = {"done": 0, "skipped": 0, "failed": 0}
    rto = None
    if newest:
        report = work.workspace.report(newest.run)
        steps = {state: report.count(state) for state in steps}
        rto = report.rto
    result = (
        {
            "verdict": verdict["verdict"],
            "procedure": procedure,
            "variant": str(lab.status()["scenario"]),
            "seed": lab.status()["seed"],
            "run": newest.run if newest else None,
            "lab": home.root.name,
            "seconds": round(time.monotonic() - began, 1),
            "rto_seconds": rto,
            "not_restored": verdict["not_restored"],
            "steps": steps,
        }
        | ({"backup_set": made or None} if backs_up else {})
        | ({"lost": verdict["lost"]} if "lost" in verdict else {})
    )
    ended = None
    if not backs_up:
        action_provider = work.workspace.action_provider
        refused = action_provider.refused if isinstance(action_provider, LabActions) else []
        ended = drill_verdict.conclude(options, work, verdict, right=procedure, begun=begun, refused=refused)
        result |= ended.to_data()
    if options.json:
        print_json(result)
    else:
        drill_verdict.say(verdict, *(ended.lines() if ended else ()))
        if newest and not newest.end:
            say(f"the run is unfinished; go on with: {home.resume(newest.run)}")
        elif options.lab and str(verdict["verdict"]).startswith("not "):
            say(f"the lab stays; go on with: {home_of(options).command} drill --lab {options.lab}")
        elif not options.id:
            again = f"drill {procedure} --variant {result['variant']}"
            say(f"what had happened is restored with {procedure} {target}")
            say(f"practise it again: {home_of(options).command} {again}")
    if code in {3, 130}:
        return code
    return 1 if str(verdict["verdict"]).startswith("not ") else 0


def _back_up(options: argparse.Namespace, work: CommandContext) -> int:
    """The whole backup of the deployment that still stands; a refusal ends it, not the verdict."""
    if not options.headless:
        return backup_run_cmd.watched(work, PROCEDURE, plain=options.plain)
    try:
        return backup_run_cmd.unattended(work, quiet=options.json).exit_code
    except WizardError as error:
        note_error(error)
        return error.exit_code


def _set_of(work: CommandContext, run: str) -> str:
    """The set that a backup run made; empty where it made none."""
    with journal.Reader(journal.find(work.home.runs, run)) as reader:
        return reader.plan.backup_set or ""


def _headless(options: argparse.Namespace, work: CommandContext, procedure: str, variant: str, target: str) -> int:
    """Plan, check, accept what the script accepts, run; a refusal ends the run, not the verdict."""
    # Imported here: no help needs the lab.
    from lync_wizard.lab.scenarios import catalogue

    workspace = work.workspace
    script = scripted_operator.load(catalogue.script(procedure, variant))
    own = scripted_operator.load(Path(options.script)) if options.script else None
    script = own.over(script) if own else script
    operator = front_ends.scripted(work, script, approve_destructive=True, quiet=options.json)
    try:
        made = workspace.plan(procedure, target, options.backup_set or workspace.newest(), script.asks)
    except Refused as error:
        note_error(error)
        return error.exit_code
    if own:
        own.check(made)
    try:
        return front_ends.headless(RunSession(workspace, made, by=this_user()), operator, script).exit_code
    except WizardError as error:
        note_error(error)
        return error.exit_code


def _listed(options: argparse.Namespace) -> int:
    # Imported here: no help needs the lab.
    from lync_wizard.lab import manual_steps
    from lync_wizard.lab.farm import faults
    from lync_wizard.lab.scenarios import catalogue

    data: dict[str, Any] = {
        "procedures": {name: list(variants) for name, variants in catalogue.VARIANTS.items()},
        "faults": {entry.name: entry.sentence for entry in faults.CATALOGUE.values()},
        "deeds": {action.name: action.title for action in manual_steps.ACTIONS},
    }
    lines = []
    headings = {"deeds": "simulated actions"}
    for what, entries in data.items():
        rows = [(f"  {name}", ", ".join(text) if isinstance(text, list) else text) for name, text in entries.items()]
        lines += [f"{headings.get(what, what)}:", *table(rows)]
    present(options, data, lines)
    return 0


def _lab_start(options: argparse.Namespace) -> int:
    # Imported here: no help needs the lab.
    from lync_wizard.lab import __main__ as lab

    home = _lab_home(options, options.lab)
    arguments = ["--home", str(home.root), "--speed", str(options.speed)]
    arguments += [] if options.scenario is None else ["--scenario", options.scenario]
    arguments += [] if options.seed is None else ["--seed", str(options.seed)]
    arguments += [] if options.powershell is None else ["--powershell", options.powershell]
    return lab.main(arguments + [part for fault in options.fault for part in ("--fault", fault)])


def _lab_stop(options: argparse.Namespace) -> int:
    # Imported here: no help needs the lab.
    from lync_wizard.lab.server import process

    home = _lab_home(options, options.lab)
    if not process.stop(home.root):
        raise InputError(f"no lab {options.lab} is running", "See the folders below `drills` in the wizard's home.")
    print_json_line({"stopped": options.lab})
    return 0
