"""What tests of the whole program share: the papers and the backup set of a simulated deployment.

Where ``LYNC_WIZARD_SHIFT_DAYS`` is set (``make test-dates``), the tests live ahead of the computer's clock, and so do
the labs and drills that they start.
"""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from lync_wizard.core import timestamps
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.workspace.workspace import Workspace
from tests.world import World

timestamps.shift_from_environment()

Papers = Callable[[str], Path]


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """A home with a scenario's filled worksheets and, on a simulated file server, one sound backup set.

    Built once for all workers of a test run.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "papers"
    shared.mkdir(exist_ok=True)

    @functools.cache
    def build(name: str) -> Path:
        from lync_wizard.lab.scenarios import build as scenario
        from lync_wizard.lab.scenarios import worksheets

        made = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not made.exists():
                begun = shared / f"{name}.begun"
                scenario.build(name, begun / "lab", seed=1)
                worksheets.write_worksheets(begun, begun / "lab")
                begun.rename(made)
        return made

    return build


@pytest.fixture(scope="session")
def contoso_papers(papers: Papers) -> Path:
    return papers("contoso-se")


@pytest.fixture
def home(contoso_papers: Path, tmp_path: Path) -> Home:
    """A copy of contoso's papers; the backup set itself is shared and only read."""
    return copied(contoso_papers, tmp_path / "home")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def workspace(home: Home, contoso_papers: Path, world: World) -> Workspace:
    return opened(home, contoso_papers, world)


@pytest.fixture
def workspace_of(papers: Papers, tmp_path: Path, world: World) -> Callable[[str], Workspace]:
    """The guide of any scenario's papers."""
    return lambda name: opened(copied(papers(name), tmp_path / name), papers(name), world)


def copied(kept: Path, root: Path) -> Home:
    shutil.copytree(kept / "worksheets", root / "worksheets")
    return Home(root)


def opened(home: Home, kept: Path, world: World) -> Workspace:
    share = next((kept / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    book = AddressBook(Environment("drill", "test"), shares={r"\\backup01.contoso.com\LyncBackup": share})
    # Judged elsewhere: no run of a test leaves a record beside the shared set.
    return Workspace(home, book, world.connect, Redactor(), judged=True)
