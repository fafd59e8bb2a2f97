"""What this machine lacks for the work, and the one command that fixes each."""

from __future__ import annotations

import locale
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import Literal

from lync_wizard.core import home_safety
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home, write_whole
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import connections, sql_session, way


@dataclass(frozen=True)
class Symptom:
    """One check of this machine, with what to do where it is not ``ok``."""

    check: str
    status: Literal["ok", "caution", "blocked"]
    message: str
    hint: str = ""


def examine(home: Home) -> list[Symptom]:
    """Everything there is to say about this machine; nothing is changed but a probe file in the home folder."""
    return [
        _python(), _home(home), _terminal(), _encoding(), _keyring(), _kerberos(), _connections(home), _sql_driver(),
        _fonts(),
    ]  # fmt: skip


def _python() -> Symptom:
    # An older Python gets no further than pip, which refuses requires-python.
    return Symptom("python", "ok", f"Python {platform.python_version()} on {platform.system()} {platform.release()}")


def _home(home: Home) -> Symptom:
    probe = home.root / ".probe"
    try:
        write_whole(probe, "")
        probe.unlink()
    except Exception as error:
        return Symptom("home", "blocked", f"{home.root} is not writable: {error}", "Name another with --home.")
    if found := home_safety.unsafe(home.root):
        return Symptom("home", "blocked", f"runs are refused: {found[0]}", found[1])
    free = shutil.disk_usage(home.root).free / 1e9
    if free < 1:
        return Symptom("home", "caution", f"{home.root} has {free:.1f} GB left", "Make room; journals must fit.")
    return Symptom("home", "ok", f"{home.root}, {free:.0f} GB free")


def _terminal() -> Symptom:
    columns, lines = shutil.get_terminal_size((80, 24))
    if not sys.stdout.isatty():
        return Symptom("terminal", "ok", "output is no terminal; --plain and --headless work")
    if columns < 80 or lines < 24:
        return Symptom("terminal", "caution", f"{columns}×{lines}", "Make the window at least 80×24, or use --plain.")
    return Symptom("terminal", "ok", f"{columns}×{lines}")


def _encoding() -> Symptom:
    name = (sys.stdout.encoding or locale.getpreferredencoding()).lower().replace("-", "")
    if name != "utf8":
        hint = "Set PYTHONUTF8=1; until then states are shown as . > * + x ? -."
        return Symptom("encoding", "caution", f"the terminal uses {name}", hint)
    return Symptom("encoding", "ok", "UTF-8")


def _keyring() -> Symptom:
    # Imported here: the first frame and every help do without it.
    import keyring
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        hint = "Use password_env in connections.yaml, or be asked; on Linux a Secret Service gives a keyring."
        return Symptom("keyring", "caution", "no system keyring", hint)
    return Symptom("keyring", "ok", keyring.get_keyring().name)


def _kerberos() -> Symptom:
    if way.kerberos_here():
        return Symptom("kerberos", "ok", "available; negotiate offers it before NTLM")
    return Symptom(
        "kerberos",
        "caution",
        "no Kerberos library; auth: negotiate means NTLM",
        "Install the Kerberos headers of your system, then `pip install lync-wizard[kerberos]`.",
    )


def _connections(home: Home) -> Symptom:
    problems = Problems()
    try:
        book = connections.read(home.connections, problems)
    except WizardError as error:
        return Symptom("connections", "blocked", error.summary, error.hint)
    if first := next(iter(problems), None):
        place = f"{first.where or home.connections}: {first.key}"
        return Symptom("connections", "blocked", f"{place}: {first.message}", first.hint)
    if weak := way.weaknesses(book):
        hint = "Have certificates checked and another auth where you can; see connections.yaml in the README."
        return Symptom("connections", "caution", "; ".join(weak), hint)
    return Symptom("connections", "ok", "nothing in connections.yaml gives up what protects an account")


def _sql_driver() -> Symptom:
    driver = sql_session.available_driver()
    if driver is None:
        message = "no ODBC driver for SQL Server; steps that use SQL cannot be carried out from here"
        return Symptom("sql-driver", "caution", message, sql_session.install_hint())
    if driver.kind == "freetds":
        message = "FreeTDS, which cannot check a server's certificate"
        return Symptom("sql-driver", "caution", message, sql_session.install_hint())
    return Symptom("sql-driver", "ok", driver.name)


def _fonts() -> Symptom:
    # Imported here: whether it can be is the question.
    from lync_wizard.render import pdf

    family = pdf.japanese()
    if family is None:
        hint = (
            "Needed for printed documents with Japanese or Chinese names only: run `pip install lync-wizard[japanese]`."
        )
        return Symptom("fonts", "caution", "no font with Japanese characters", hint)
    return Symptom("fonts", "ok", f"printed documents can contain Japanese ({family})")
