"""Regular backups by the machine's own scheduler: a task of Windows, or a timer and a service of systemd."""

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

from lync_wizard.core import storage, timestamps
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
    return Schedule(tuple(dict.fromkeys(times)), tuple(dict.fromkeys(days)), account)


def command(home: Path, deployment: str) -> list[str]:
    """What the scheduler runs: this very Python, without the current folder on its path, and no prompt ever."""
    more = ["--deployment", deployment] if deployment else []
    return [sys.executable, "-P", "-m", "lync_wizard", "--home", str(home), *more, "backup", "run", "--headless"]


def task_xml(schedule: Schedule, arguments: list[str], *, at: datetime | None = None) -> str:
    """The task for Task Scheduler 2.0 (schema 1.2; Windows Server 2008 and later), elements in the schema's order.

    It runs whether or not the account is logged on, never beside itself, and again once the machine is up where a time
    was missed. A failed run shows as the task's last result.
    """
    began = (at or timestamps.now()).date().isoformat()
    root = ElementTree.Element("Task", {"version": "1.2", "xmlns": _TASK})
    about = ElementTree.SubElement(root, "RegistrationInfo")
    _text(about, "Author", NAME)
    _text(
        about, "Description", "Backs up the Lync deployment into a new set; the last result is 0 when it is complete."
    )
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


def systemd_units(schedule: Schedule, arguments: list[str]) -> dict[str, str]:
    """Service and timer by file name. A failed run shows as the unit's result and in the journal."""
    user = f"User={schedule.account}\n" if schedule.account else ""
    days = f"{','.join(_DAYS[day][:3] for day in schedule.days)} " if schedule.days else ""
    calendar = "".join(f"OnCalendar={days}*-*-* {time}:00\n" for time in schedule.times)
    run = " ".join(map(_quoted, arguments))
    return {
        f"{NAME}.service": (
            "[Unit]\nDescription=Back up the Lync deployment into a new set\nWants=network-online.target\n"
            f"After=network-online.target\n\n[Service]\nType=oneshot\n{user}ExecStart={run}\nTimeoutStartSec=12h\n"
        ),
        f"{NAME}.timer": (
            "[Unit]\nDescription=Regular backups of the Lync deployment\n\n"
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


def install(schedule: Schedule, arguments: list[str], *, system: Path = SYSTEM) -> list[str]:
    """Hand the schedule to this machine; what was done, in words. Raises :class:`WizardError` where it refuses.

    With an account its units go among the system's, which only root may write; without one they are the user's own.
    """
    if sys.platform == "win32":
        return _install_task(schedule, arguments)
    own = Path.home() / ".config" / "systemd" / "user"
    done = []
    for name, text in systemd_units(schedule, arguments).items():
        path = (system if schedule.account else own) / name
        try:
            storage.write_whole(path, text)
            path.chmod(0o644)
        except (OSError, WizardError) as error:
            raise WizardError(
                f"{path} cannot be written", "Run this as root, or leave --account away.", str(error)
            ) from error
        done.append(f"wrote {path}")
    for words in systemd_commands(schedule):
        _run(words)
    return [*done, f"enabled {NAME}.timer", *([] if schedule.account else [_LINGER])]


def systemd_commands(schedule: Schedule) -> list[list[str]]:
    """What makes systemd take the units up."""
    whose = [] if schedule.account else ["--user"]
    return [["systemctl", *whose, *words] for words in (["daemon-reload"], ["enable", "--now", f"{NAME}.timer"])]


def task_command(schedule: Schedule, path: str) -> list[str]:
    """What registers the task of an XML file; the password of its account is asked for on the console, not here."""
    account = schedule.account or getpass.getuser()
    return ["schtasks", "/Create", "/TN", NAME, "/XML", path, "/F", "/RU", account, "/RP", "*"]


def _install_task(schedule: Schedule, arguments: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        [path] = save({f"{NAME}.xml": task_xml(schedule, arguments)}, Path(folder))
        _run(task_command(schedule, str(path)))
    return [f"registered the task {NAME}"]


def _run(words: list[str]) -> None:
    hint = f"Run it by hand once the scheduler can be reached: {subprocess.list2cmdline(words)}"
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WizardError(f"{words[0]} could not be run", hint, str(error)) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise WizardError(f"{' '.join(words[:3])} ended with {done.returncode}", hint, said)
