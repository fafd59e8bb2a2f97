"""What is installed is what the locks name, with hashes for every system; the page of licences fits both."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.supply import audit, licences
from tests.supply.locks import LOCKS, ROOT, pinned

NAMES = ("user", "user-with-extras", "developer", "audit")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_versions_and_hashes_and_no_place(name: str) -> None:
    found = pinned(name)
    assert found
    assert not [one.name for one in found if not one.hashes]
    assert "://" not in (LOCKS / f"{name}.txt").read_text("utf-8")


def test_a_lock_has_the_files_of_every_system() -> None:
    hashes = {one.name: one.hashes for one in pinned("user")}
    # Compiled for Linux, Windows and macOS and for each version of Python: one computer needs one of them.
    assert min(hashes[name] for name in ("cffi", "cryptography", "lxml", "pyodbc", "pyyaml", "typst")) > 15
    markers = " ".join(one.marker for one in pinned("user"))
    assert "win32" in markers
    assert "linux" in markers


def test_developers_have_what_users_have() -> None:
    developers = {one.name: one.version for one in pinned("developer")}
    assert {one.name: one.version for one in pinned("user")}.items() <= developers.items()


def test_what_the_project_asks_for_is_locked_within_its_bounds() -> None:
    locked = {one.name: one.version for one in pinned("developer")}
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    asked += [one for one in PROJECT["dependency-groups"]["dev"] if isinstance(one, str)]
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[requirement.name.lower()]), requirement
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


def test_what_is_installed_is_what_is_locked() -> None:
    if Path(sys.prefix).name != ".venv":
        pytest.skip("this is not the environment that make builds: another proves other versions")
    for one in pinned("developer"):
        try:
            there = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            continue
        assert Version(there) == Version(one.version), one.name


def test_the_page_of_licences_fits_the_locks_and_what_is_installed() -> None:
    shown, wanted = licences.rows(), licences.wanted()
    assert {name: (row[0], row[2]) for name, row in shown.items()} == wanted
    for name, (version, licence, _) in shown.items():
        assert licence != licences.UNKNOWN, name
        try:
            same = metadata.version(name) == version
        except metadata.PackageNotFoundError:
            continue
        if same:
            assert licences.licence_of(name) == licence, name


def test_make_installs_with_hashes_and_builds_with_what_is_locked() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    rule = re.search(r"^\$\(STAMP\):.*?(?=^\S)", text, re.M | re.S)
    assert rule is not None
    assert "--require-hashes -r locks/developer.txt" in rule[0]
    assert "--no-deps --no-build-isolation -e ." in rule[0]


FLAW = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": []}]}]}'
SKIPPED = '{"dependencies": [{"name": "a", "skip_reason": "not found on PyPI"}, {"name": "b", "vulns": []}]}'
SOUND = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}'


@pytest.mark.parametrize(
    ("says", "code", "shown"),
    [
        (f"print({SOUND!r})", 0, "0 known"),
        (f"print({FLAW!r})", 1, "X-1"),
        (f"print({SKIPPED!r})", 2, "1 of 2 packages NOT CHECKED: a"),
        ('import sys; sys.exit("ConnectionError: no route")', 2, "NOT CHECKED"),
    ],
)
def test_an_audit_that_could_not_ask_says_so(
    tmp_path: Path, says: str, code: int, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform == "win32":
        pytest.skip("a script is no program there")
    program = tmp_path / "pip-audit"
    program.write_text(f"#!{sys.executable}\n{says}\n", "utf-8")
    program.chmod(0o700)
    assert audit.main([str(program), "locks/user.txt"]) == code
    assert shown in capsys.readouterr().out


def test_the_project_installs_offline_from_what_is_locked(tmp_path: Path) -> None:
    """No index is asked once the locked packages are there: the build needs nothing beyond them."""
    if not metadata.packages_distributions().get("hatchling"):
        pytest.skip("the build backend is not installed here")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation",
         "--target", str(tmp_path / "there"), str(ROOT)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "lync_wizard" / "data" / "cmdlets.json").is_file()
