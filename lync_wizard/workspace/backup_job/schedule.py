"""Regular backups, restore tests and readiness checks by the machine's own scheduler: a task of Windows, or a timer and
a service of systemd.
"""

from __future__ import annotations

import getpass
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from lync_wizard.core import storage, terminal, timestamps
from lync_wizard.core.errors import InputError, WizardError

NAME: Final = "lync-wizard-backup"
_TASK: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_DAYS: Final = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_LIMIT: Final = "PT12H"
SYSTEM: Final = Path("/etc/systemd/system")
_LINGER: Final = "`loginctl enable-linger` lets it run while nobody is logged on"


@dataclass(frozen=True)
class Job:
    """What is started regularly: the scheduler's name for it, the command, and what it says of it."""

    name: str
    words: tuple[str, ...]
    description: str
    service: str
    timer: str


BACKUP: Final = Job(
    NAME,
    ("backup", "run", "--headless"),
    "Backs up the Lync deployment into a new set; the last result is 0 when it is complete.",
    "Back up the Lync deployment into a new set",
    "Regular backups of the Lync deployment",
)
RESTORE_TEST: Final = Job(
    "lync-wizard-restore-test",
    ("backup", "test"),
    "Restores the newest backup set in a simulated deployment; the last result is 0 when no file failed.",
    "Restore the newest backup set in a simulated deployment",
    "Regular restore tests of the newest backup set",
)
FAILOVER: Final = Job(
    "lync-wizard-failover",
    ("failover", "status", "--headless"),
    "Asks both pools of each pair whether a failover would work now; the last result is 0 when it would.",
    "Ask whether a failover of paired pools would work now",
    "Regular readiness checks of paired pools",
)


@dataclass(frozen=True)
class Schedule:
    """When and as whom: ``times`` are ``HH:MM`` of local time, ``days`` short names of weekdays (none: every day)."""

    times: tuple[str, ...]
    days: tuple[str, ...] = ()
    account: str = ""


def parse(text: str, account: str = "") -> Schedule:
    """A schedule as worksheets write it: ``daily 01:30``, ``Mon Wed 22:00``, ``daily 06:00 18:00``.

    Raises :class:`InputError` for anything a scheduler cannot be told.
    """
    times, days = [], []
    for word in text.replace(",", " ").replace(";", " ").split():
        hour, colon, minute = word.partition(":")
        day = next((short for short in _DAYS if word.lower().startswith(short)), None)
        if colon and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
            times.append(f"{int(hour):02}:{int(minute):02}")
        elif day:
            days.append(day)
        elif word.lower() not in {"daily", "weekly", "every", "day", "on", "and", "at", "nightly"}:
            raise InputError(f"{text!r} is no schedule", "Write for example `daily 01:30` or `Mon Thu 22:00`.")
    if not times:
        raise InputError(f"{text!r} names no time", "Write for example `daily 01:30`.")
    return Schedule(tuple(dict.fromkeys(times)), tuple(dict.fromkeys(days)), _one_word(account, "the account"))


def _one_word(text: str, what: str) -> str:
    """What may stand in a line of a unit or in a task. Raises :class:`InputError`."""
    if any(map(terminal.hides, text)) or "\t" in text or text != text.strip():
        raise InputError(
            f"{what} {text!r} holds a line end or another character that is not shown", "Type it yourself, in one line."
        )
    return text


def command(home: Path, deployment: str, job: Job = BACKUP) -> list[str]:
    """What the scheduler runs: this very Python, without the current folder on its path, and no prompt ever.

    Raises :class:`InputError` for names that would begin a line of their own in a unit.
    """
    where = ["--home", _one_word(str(home), "the home folder")]
    more = ["--deployment", _one_word(deployment, "the deployment")] if deployment else []
    return [sys.executable, "-P", "-m", "lync_wizard", *where, *more, *job.words]


def task_xml(schedule: Schedule, arguments: list[str], job: Job = BACKUP, *, at: datetime | None = None) -> str:
    """The task for Task Scheduler 2.0 (schema 1.2; Windows Server 2008 and later), elements in the schema's order.

    It runs whether or not the account is logged on, never beside itself, and again once the machine is up where a time
    was missed. A failed run shows as the task's last result.
    """
    began = (at or timestamps.now()).date().isoformat()
    root = ElementTree.Element("Task", {"version": "1.2", "xmlns": _TASK})
    about = ElementTree.SubElement(root, "RegistrationInfo")
    _text(about, "Author", job.name)
    _text(about, "Description", job.description)
    triggers = ElementTree.SubElement(root, "Triggers")
    for time in schedule.times:
        trigger = ElementTree.SubElement(triggers, "CalendarTrigger")
        _text(trigger, "StartBoundary", f"{began}T{time}:00")
        if schedule.days:
            week = ElementTree.SubElement(trigger, "ScheduleByWeek")
            _text(week, "WeeksInterval", "1")
            days = ElementTree.SubElement(week, "DaysOfWeek")
            for day in schedule.days:
                ElementTree.SubElement(days, _DAYS[day])
        else:
            _text(ElementTree.SubElement(trigger, "ScheduleByDay"), "DaysInterval", "1")
    principal = ElementTree.SubElement(ElementTree.SubElement(root, "Principals"), "Principal", {"id": "Author"})
    if schedule.account:
        _text(principal, "UserId", schedule.account)
    _text(principal, "LogonType", "Password")
    _text(principal, "RunLevel", "LeastPrivilege")
    settings = ElementTree.SubElement(root, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("AllowHardTerminate", "true"),
        ("StartWhenAvailable", "true"),
        ("Enabled", "true"),
        ("ExecutionTimeLimit", _LIMIT),
    ):
        _text(settings, name, value)
    action = ElementTree.SubElement(ElementTree.SubElement(root, "Actions", {"Context": "Author"}), "Exec")
    _text(action, "Command", arguments[0])
    _text(action, "Arguments", subprocess.list2cmdline(arguments[1:]))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _text(parent: ElementTree.Element, name: str, value: str) -> None:
    ElementTree.SubElement(parent, name).text = value


def systemd_units(schedule: Schedule, arguments: list[str], job: Job = BACKUP) -> dict[str, str]:
    """Service and timer by file name. A failed run shows as the unit's result and in the journal."""
    user = f"User={schedule.account.replace('%', '%%')}\n" if schedule.account else ""
    days = f"{','.join(_DAYS[day][:3] for day in schedule.days)} " if schedule.days else ""
    calendar = "".join(f"OnCalendar={days}*-*-* {time}:00\n" for time in schedule.times)
    run = " ".join(map(_quoted, arguments))
    return {
        f"{job.name}.service": (
            f"[Unit]\nDescription={job.service}\nWants=network-online.target\n"
            f"After=network-online.target\n\n[Service]\nType=oneshot\n{user}ExecStart={run}\nTimeoutStartSec=12h\n"
        ),
        f"{job.name}.timer": (
            f"[Unit]\nDescription={job.timer}\n\n"
            f"[Timer]\n{calendar}Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
        ),
    }


def _quoted(word: str) -> str:
    """A word of ``ExecStart`` (systemd.syntax): percent and dollar doubled, quoted where it must be."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if any(c in word for c in " \t'\"\\;") or not word else plain


def save(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write the files of a schedule, a task in the UTF-16 it declares. Raises :class:`InputError`."""
    try:
        for name, text in files.items():
            storage.write_whole(folder / name, text.encode("utf-16" if name.endswith(".xml") else "utf-8"))
    except OSError as error:
        raise InputError(f"cannot write into {folder}", "Name another folder with -o.", str(error)) from error
    return [folder / name for name in files]


def install(schedule: Schedule, arguments: list[str], job: Job = BACKUP, *, system: Path = SYSTEM) -> list[str]:
    """Hand the schedule to this machine; what was done, in words. Raises :class:`WizardError` where it refuses.

    With an account its units go among the system's, which only root may write; without one they are the user's own.
    """
    if sys.platform == "win32":
        return _install_task(schedule, arguments, job)
    own = Path.home() / ".config" / "systemd" / "user"
    done = []
    for name, text in systemd_units(schedule, arguments, job).items():
        path = (system if schedule.account else own) / name
        try:
            storage.write_whole(path, text)
            path.chmod(0o644)
        except (OSError, WizardError) as error:
            raise WizardError(
                f"{path} cannot be written", "Run this as root, or leave --account away.", str(error)
            ) from error
        done.append(f"wrote {path}")
    for words in systemd_commands(schedule, job):
        _run(words)
    return [*done, f"enabled {job.name}.timer", *([] if schedule.account else [_LINGER])]


def systemd_commands(schedule: Schedule, job: Job = BACKUP) -> list[list[str]]:
    """What makes systemd take the units up."""
    whose = [] if schedule.account else ["--user"]
    return [["systemctl", *whose, *words] for words in (["daemon-reload"], ["enable", "--now", f"{job.name}.timer"])]


def task_command(schedule: Schedule, path: str, job: Job = BACKUP) -> list[str]:
    """What registers the task of an XML file; the password of its account is asked for on the console, not here."""
    account = schedule.account or getpass.getuser()
    return ["schtasks", "/Create", "/TN", job.name, "/XML", path, "/F", "/RU", account, "/RP", "*"]


def _install_task(schedule: Schedule, arguments: list[str], job: Job) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        [path] = save({f"{job.name}.xml": task_xml(schedule, arguments, job)}, Path(folder))
        _run(task_command(schedule, str(path), job))
    return [f"registered the task {job.name}"]


def _run(words: list[str]) -> None:
    hint = f"Run it manually once the scheduler can be reached: {subprocess.list2cmdline(words)}"
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WizardError(f"{words[0]} could not be run", hint, str(error)) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise WizardError(f"{' '.join(words[:3])} ended with {done.returncode}", hint, said)
