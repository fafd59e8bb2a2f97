"""Nothing that a host, a set, a journal or a paper holds is obeyed by the terminal of whoever reads it."""

from __future__ import annotations

import ast
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from lync_wizard.cli.arguments import subcommands, walk
from lync_wizard.cli.parser import whole
from lync_wizard.core import terminal
from lync_wizard.core.errors import WizardError
from lync_wizard.core.prompts import Prompts, through
from lync_wizard.render.pdf import text_runs
from lync_wizard.tui import glyph_fallback
from tests.command import call
from tests.hostile import homes
from tests.hostile.homes import HOSTILE, forged, obeyed

PACKAGE = Path(terminal.__file__).parent.parent
ARGUMENTS: dict[str, list[list[str]]] = {
    "setup": [["--from", HOSTILE.replace("\0", "")], []],
    "worksheet list": [[]],
    "worksheet show": [["plan"], [HOSTILE]],
    "worksheet check": [[]],
    "worksheet set": [["plan/backup/location", HOSTILE], [HOSTILE, "x"]],
    "print worksheets": [["-o", "HOME/w.pdf"]],
    "print plan": [["restore-se", "--target", HOSTILE, "-o", "HOME/p.pdf"]],
    "print procedure": [[HOSTILE, "-o", "HOME/q.pdf"]],
    "print set": [["2026-11-30T092046Z_contoso", "-o", "HOME/s.pdf"]],
    "print report": [[homes.RESTORED, "-o", "HOME/r.pdf"]],
    "procedures list": [[]],
    "procedures show": [[HOSTILE]],
    "procedures lint": [[], ["HOME/procedures/own.yaml"]],
    "procedures export": [[HOSTILE]],
    "backup run": [[HOSTILE]],
    "backup schedule": [["--at", HOSTILE], ["--account", HOSTILE]],
    "backup list": [[]],
    "backup show": [[homes.SET], [HOSTILE]],
    "backup verify": [[homes.SET], [homes.OLDER_SET], [HOSTILE]],
    "backup diff": [[homes.OLDER_SET, homes.SET]],
    "backup keep": [[homes.SET, "--why", HOSTILE]],
    "backup adopt": [["HOME/backups/LyncBackup/" + homes.OLDER_SET, "--map", HOSTILE]],
    "backup status": [["--offline"]],
    "backup copy": [[homes.SET, "--to", "HOME/nowhere" + HOSTILE.replace("\0", "")]],
    "backup test": [[homes.SET, "--procedure", HOSTILE], [HOSTILE]],
    "failover status": [["--headless"], ["--pool", HOSTILE, "--headless"]],
    "failover schedule": [["--at", HOSTILE], ["--account", HOSTILE]],
    "doctor": [[]],
    "drill": [[HOSTILE]],
    "lab start": [["--scenario", HOSTILE]],
    "lab stop": [[]],
    "completion": [["bash"]],
    "restore": [["--plain"], [HOSTILE, "--plain"]],
    "triage": [[]],
    "check": [[HOSTILE, "--target", "se01.contoso.com"], ["restore-se", "--target", HOSTILE]],
    "plan": [["restore-se", "--target", "se01.contoso.com"], ["restore-se", "--target", HOSTILE]],
    "run": [["HOME/backups/LyncBackup/" + homes.SET + "/manifest.json", "--plain"]],
    "runs list": [[]],
    "runs show": [[homes.RESTORED], [homes.BROKEN_OFF], [HOSTILE]],
    "runs export": [[homes.RESTORED, "-o", "HOME/run.zip"]],
    "runs verify": [[homes.RESTORED, "--hash", HOSTILE]],
    "resume": [[homes.BROKEN_OFF, "--plain"]],
    "watch": [[homes.SAVED], [homes.RESTORED]],
    "report": [[homes.RESTORED]],
}
"""Every command, as somebody would call it on that home, and with hostile words of its own."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without the broken procedure, which ends most commands before they show anything."""
    root = homes.hostile(tmp_path_factory.mktemp("bare"))
    (root / "procedures" / "own.yaml").unlink()
    return root


def test_every_command_is_walked() -> None:
    commands = {" ".join(words) for words, parser in walk(whole()) if words and not subcommands(parser)}
    assert commands == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_command_lets_a_terminal_be_moved(name: str, home: Path, bare: Path) -> None:
    if name == "backup copy":
        pytest.importorskip("pyrage")
    for root in (home, bare):
        for given in ARGUMENTS[name]:
            words = [*name.split(), *(word.replace("HOME", str(root)) for word in given)]
            done = call(root, *words, typed="")
            assert done.returncode != 70, done.stderr
            for text in (done.stdout, done.stderr):
                assert not obeyed(text)
                assert not forged(text)


@pytest.mark.parametrize("name", ["runs list", "watch", "report", "backup list", "backup show", "runs show"])
def test_json_holds_the_data_and_nothing_that_is_obeyed(name: str, bare: Path) -> None:
    done = call(bare, *name.split(), *ARGUMENTS[name][0], "--json")
    assert done.returncode == 0, done.stderr
    assert not obeyed(done.stdout)
    documents = [json.loads(line) for line in done.stdout.splitlines()] if name == "watch" else json.loads(done.stdout)
    if name in {"watch", "backup show"}:
        assert HOSTILE in "".join(strings(documents)), "the data are what was recorded"


def strings(data: object) -> Iterator[str]:
    match data:
        case str():
            yield data
        case dict():
            for one in data.values():
                yield from strings(one)
        case list():
            for one in data:
                yield from strings(one)


def test_an_error_is_its_own_lines_only() -> None:
    shown = str(WizardError(f"no {HOSTILE}", f"Do {HOSTILE}.", f"one\n{HOSTILE}"))
    assert not obeyed(shown)
    assert [line[:5] for line in shown.split("\n")[:2]] == ["no \\u", "HINT:"]


def test_prompts_and_their_record() -> None:
    out = io.StringIO()
    asking = Prompts(through(io.StringIO(f"{HOSTILE.replace(chr(10), '')}\n"), out), out)
    asking.say(HOSTILE, f"two {HOSTILE}")
    asking.line(HOSTILE)
    assert not obeyed(out.getvalue())
    assert not forged(out.getvalue())


def test_a_screen_shows_nothing_that_is_obeyed() -> None:
    plain, poisoned = Segment("plain"), Segment(f"a{HOSTILE}")
    shown = glyph_fallback.Visible().apply([plain, poisoned], Color(0, 0, 0))
    assert shown[0] is plain
    assert not obeyed("".join(one.text for one in shown))
    assert sum(one.cell_length for one in shown) == plain.cell_length + poisoned.cell_length


def test_paper_hides_nothing() -> None:
    assert not obeyed("".join(piece for line in text_runs.lines(HOSTILE) for piece in line))


def test_lines_of_several_threads_stay_together() -> None:
    class Slow(io.StringIO):
        """Takes a write in two halves, between which another thread may come."""

        def write(self, text: str) -> int:
            half = len(text) // 2
            super().write(text[:half])
            threading.Event().wait(0.001)
            super().write(text[half:])
            return len(text)

    out = Slow()
    threads = [
        threading.Thread(target=terminal.write, args=(out, [f"{name} {number}" for number in range(3)]))
        for name in "abcdefgh"
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    said = out.getvalue().splitlines()
    assert all(said[i][0] == said[i + 1][0] == said[i + 2][0] for i in range(0, len(said), 3))


def _writes(tree: ast.AST) -> Iterator[int]:
    """Where something is printed, or a standard stream written to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "print" or called.startswith(("sys.stdout.", "sys.stderr.", "sys.__std")):
            yield node.lineno
        if called.endswith(".write") and {"sys.stdout", "sys.stderr"} & {ast.unparse(arg) for arg in node.args}:
            yield node.lineno


def test_only_the_gate_writes_to_a_terminal() -> None:
    harmless = ("isatty", "flush", "close", "reconfigure", "encoding")
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        source = path.read_text("utf-8")
        lines = source.splitlines() if "print" in source or "sys.std" in source or "__std" in source else []
        for line in _writes(ast.parse("\n".join(lines))):
            text = lines[line - 1]
            through_gate = "terminal.write" in text
            raw_document = inside == "core/output_path.py" and "sys.stdout.buffer" in text
            if not (through_gate or raw_document or any(f".{word}(" in text for word in harmless)):
                found.append(f"{inside}:{line} {text.strip()}")
    assert not found


def test_only_the_gate_knows_escape_sequences() -> None:
    """The lab and what reads hosts' text may name them to take them away."""
    reads = {"tui/widgets/log_view.py", "lab/farm/hostile.py", "lab/sqlserver/hostile.py"}
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).as_posix() not in reads
        and any(code in path.read_text("utf-8").lower() for code in ("\\x1b", "\\x9b", "\\033", "\\u001b", "\\u009b"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and {"\x1b", "\x9b"} & set(node.value)
    ]
    assert not found
