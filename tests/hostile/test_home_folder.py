"""The home folder is its owner's alone, all the way up; what the program makes there is so too, and follows no link."""

from __future__ import annotations

import ast
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_wizard.cli import main
from lync_wizard.core import storage
from lync_wizard.core.home_safety import others_in, unsafe
from lync_wizard.core.storage import Linked
from tests.hostile import homes
from tests.hostile.homes import BROKEN_OFF, RESTORED, SET

PACKAGE = Path(__file__).parent.parent.parent / "lync_wizard"
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of folders")
STRANGER = 4321
ME = "S-1-5-21-1-2-3-1001"


@pytest.fixture
def above(tmp_path: Path) -> Iterator[Path]:
    """A folder for the home, whose rights a test changes."""
    found = tmp_path / "above"
    found.mkdir(mode=0o700)
    yield found
    found.chmod(0o700)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize(
    ("rights", "of_home", "why"),
    [
        (0o700, 0o700, ""),
        (0o755, 0o750, ""),
        (0o1777, 0o700, ""),
        (0o777, 0o700, "everybody may write to"),
        (0o700, 0o1777, "everybody may write to"),
        (0o700, 0o702, "everybody may write to"),
    ],
)
def test_rights_of_the_home_and_above_it(above: Path, rights: int, of_home: int, why: str) -> None:
    home = above / "home"
    home.mkdir()
    home.chmod(of_home)
    above.chmod(rights)
    found = unsafe(home)
    assert bool(found) == bool(why), found
    if found:
        assert found[0].startswith(why)
        assert "chmod go-w" in found[1]
        assert str(home if of_home != 0o700 else above) in found[0]
    home.chmod(0o700)


@posix
def test_the_folders_that_everybody_shares_pass() -> None:
    for shared in (Path("/tmp"), Path("/dev/shm")):
        if shared.is_dir():
            assert unsafe(shared / "not-there-yet") is None


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives folders away")
def test_a_folder_of_somebody_else_above_it(above: Path) -> None:
    home = above / "home"
    home.mkdir()
    os.chown(above, STRANGER, -1)
    found = unsafe(home)
    assert found
    assert "belongs to" in found[0]
    above.chmod(0o1777)
    assert unsafe(home), "who owns a sticky folder renames what is in it"
    os.chown(above, 0, -1)
    above.chmod(0o770)
    os.chown(above, -1, STRANGER)
    found = unsafe(home)
    assert found
    assert "the group" in found[0]
    link = above.parent / "link"
    link.symlink_to(home)
    os.chown(above, -1, 0)
    above.chmod(0o700)
    assert unsafe(link) is None
    os.lchown(link, STRANGER, -1)
    assert unsafe(link), "whoever owns the link points it elsewhere"


@posix
def test_runs_are_refused_and_doctor_says_why(
    above: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes.silent(above / "home")
    home.chmod(0o700)
    above.chmod(0o777)
    monkeypatch.setenv("LYNC_WIZARD_LAB_PASSWORD", "of nobody")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def said(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["--home", str(home), *words])
        return code, "".join(capsys.readouterr())

    code, text = said("doctor")
    assert code == 1
    assert f"runs are refused: everybody may write to {above}" in text
    assert f"chmod go-w {above}" in text
    for words in (["resume", BROKEN_OFF, "--headless", "--approve"], ["backup", "run", "--headless"]):
        code, text = said(*words)
        assert code in {3, 4}, text
        assert f"blocked home-folder: everybody may write to {above}" in text
    code, text = said("check", "restore-se", "--target", "se01.contoso.com", "--json")
    assert code in {1, 4}
    assert "home-folder" in text
    assert said("runs", "list")[0] == 0
    assert said("plan", "restore-se", "--target", "se01.contoso.com")[0] == 0


# Windows' access lists, as its functions write them down; those functions themselves are tried nowhere.

PROFILE = f"O:{ME}G:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{ME})"
DRIVE = (
    "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:PAI(A;;LC;;;AU)(A;OICIIO;SDGXGWGR;;;AU)"
    "(A;;FA;;;SY)(A;OICIIO;GA;;;SY)(A;;FA;;;BA)(A;OICIIO;GA;;;BA)(A;OICI;0x1200a9;;;BU)"
)


@pytest.mark.parametrize(
    ("sddl", "adding", "others"),
    [
        (PROFILE, True, []),
        (DRIVE, False, []),
        (DRIVE, True, ["AU"]),
        (f"{PROFILE}(A;OICI;FA;;;WD)", False, ["WD"]),
        (f"{PROFILE}(A;OICI;0x1301bf;;;AU)", False, ["AU"]),
        (f"{PROFILE}(A;OICI;FR;;;WD)", True, []),
        (f"{PROFILE}(D;OICI;FA;;;WD)", True, []),
        ("O:S-1-5-21-9-9-9-500G:SYD:PAI(A;OICI;FA;;;SY)", False, ["S-1-5-21-9-9-9-500"]),
        (f"O:{ME}G:SY", False, ["WD"]),
        (f"O:{ME}D:NO_ACCESS_CONTROL", False, ["WD"]),
    ],
)
def test_an_access_list_of_windows(sddl: str, adding: bool, others: list[str]) -> None:
    assert others_in(sddl, ME, adding=adding) == others


@given(st.text())
def test_any_text_in_place_of_an_access_list(text: str) -> None:
    others_in(text, ME, adding=True)


# What the program makes.


@posix
def test_what_it_writes_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = homes.silent(tmp_path / "home")
    before = os.umask(0o000)
    try:
        monkeypatch.setenv("LYNC_WIZARD_LAB_PASSWORD", "of nobody")
        monkeypatch.setattr("sys.stdin", io.StringIO())
        there = set(home.rglob("*"))
        assert main(["--home", str(home), "runs", "export", RESTORED, "-o", str(tmp_path / "r.zip")]) == 0
        assert main(["--home", str(home), "print", "report", RESTORED, "-o", str(tmp_path / "r.pdf")]) == 0
        main(["--home", str(home), "backup", "run", "--headless"])
        made = [one for one in home.rglob("*") if one not in there and "LyncBackup" not in one.parts]
        # What SQLite puts beside an old journal has the rights of that.
        made = [
            one for one in made if not (one.name.startswith("journal.db-") and one.with_name("journal.db") in there)
        ]
    finally:
        os.umask(before)
    assert {"journal.db", "lock"} <= {one.name for one in made}
    for one in [*made, tmp_path / "r.zip", tmp_path / "r.pdf"]:
        assert mode(one) & 0o077 == 0, one


@posix
def test_no_link_is_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = homes.silent(tmp_path / "home")
    folder = home / "backups" / "LyncBackup" / SET
    outside = tmp_path / "outside"
    outside.write_text("old", "utf-8")
    for name in ("state.json", "Config.zip"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(outside)
    rgs = folder / "Rgs"
    rgs.rename(tmp_path / "Rgs")
    rgs.symlink_to(tmp_path / "Rgs")
    assert main(["--home", str(home), "backup", "verify", SET]) == 1
    said = "".join(capsys.readouterr())
    assert "Config.zip: is no file of its own but a link, or lies behind one" in said
    assert "Rgs/se01.contoso.com.zip: is no file of its own but a link, or lies behind one" in said
    assert outside.read_text("utf-8") == "old", "nothing is written through a link"
    (folder / "manifest.json").rename(tmp_path / "manifest.json")
    (folder / "manifest.json").symlink_to(tmp_path / "manifest.json")
    assert main(["--home", str(home), "backup", "show", SET]) == 2
    assert "it is a link, and links are not followed here" in capsys.readouterr().err


@posix
@pytest.mark.parametrize("write", [storage.append, lambda path, text: storage.begun(path)])
def test_a_link_in_place_of_a_file_that_grows(tmp_path: Path, write: Callable[[Path, str], object]) -> None:
    outside = tmp_path / "outside"
    (tmp_path / "link").symlink_to(outside)
    with pytest.raises(OSError, match="symbolic"):
        write(tmp_path / "link", "x")
    assert not outside.exists()
    with pytest.raises(Linked):
        storage.within(tmp_path, "link", "x")


def half(path: Path, private: bool) -> None:
    with storage.whole(path, private=private) as part:
        part.stream.write(b"half")
        raise EOFError


def test_temporary_names_are_nobodys_to_guess(tmp_path: Path) -> None:
    for private in (True, False):
        names = set()
        for _ in range(3):
            with storage.whole(tmp_path / "x.json", private=private) as part:
                names.add(part.path.name)
                part.stream.write(b"x")
        assert len(names) == 3
        with pytest.raises(EOFError):
            half(tmp_path / "x.json", private)
        assert (tmp_path / "x.json").read_bytes() == b"x"
        assert [one.name for one in tmp_path.iterdir()] == ["x.json"]


# One writer.

ALLOWED = {
    "core/output_path.py": {"open"},  # a device or a named pipe of the person's own
    "backup/second_copy.py": {"fdopen"},  # a pipe inside the process
    "cli/restore_test.py": {"mkdtemp"},  # a folder, which is a home of its own
    "backup/import_foreign.py": {"replace"},  # the manifest of files that turned out to be damaged, set aside
    "runs/journal.py": {"connect", "ZipFile"},  # SQLite writes journals by itself; the ZIP is made in memory
    "workspace/command_log.py": {"replace"},  # the log is rotated
    "setup/draft.py": {"rename"},  # the worksheets of a pool, moved aside inside the home
}


NAMES = {
    "write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "copy", "copy2", "copyfile", "move", "copytree",
    "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile",
}  # fmt: skip


def writes(call: ast.Call) -> str:
    """The name of a call that makes or changes a file; empty for any other."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    of = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    texts = [one.value for one in [*call.args, *(k.value for k in call.keywords)]
             if isinstance(one, ast.Constant) and isinstance(one.value, str)]  # fmt: skip
    modes = [text for text in texts if set(text) <= set("rwxab+tU") and set(text) & set("wxa+")]
    if name in NAMES:
        return "" if name in {"copy", "move"} and of != "shutil" else name
    if name in {"rename", "renames", "link", "symlink"}:
        return name if of != "self" else ""
    if name == "open" and (modes or of == "os"):
        return name
    if name == "fdopen" and modes:
        return name
    if name == "replace" and (of == "os" or (of and len(call.args) == 1 and not call.keywords)):
        return name
    if name in {"ZipFile", "TarFile"} and modes:
        return name
    if name == "connect" and of == "sqlite3":
        return name
    return name if name in {"makedirs", "extractall", "FileHandler", "RotatingFileHandler"} else ""


def test_one_module_writes_files() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if where.startswith("lab/") or where == "core/storage.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (name := writes(node)):
                if name == "replace" and where.startswith("tui/"):
                    continue  # the items of a widget
                found.setdefault(where, set()).add(name)
    assert found == ALLOWED, "files are written by core/storage alone: add a function there"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("p.write_text('x')", True),
        ("open(p, 'w')", True),
        ("p.open('ab')", True),
        ("os.open(p, 1)", True),
        ("shutil.copy2(a, b)", True),
        ("os.replace(a, b)", True),
        ("p.replace(q)", True),
        ("zipfile.ZipFile(p, 'w')", True),
        ("sqlite3.connect(p)", True),
        ("archive.extractall(p)", True),
        ("zipfile.ZipFile(p)", False),
        ("moment.replace(hour=0)", False),
        ("p.open('rb')", False),
        ("text.replace('a', 'b')", False),
        ("copy.copy(a)", False),
    ],
)
def test_the_lint_finds_a_writer(code: str, found: bool) -> None:
    (call,) = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    assert bool(writes(call)) == found
