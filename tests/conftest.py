"""What tests of the whole program share: the papers and the backup set of a simulated deployment."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lync_wizard.guide import Guide
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.secret import Redactor
from lync_wizard.storage import Home
from tests.world import World


@pytest.fixture(scope="session")
def contoso_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with contoso's filled worksheets and, on a simulated file server, one sound backup set."""
    from lync_wizard.lab import scenario, worksheets

    root = tmp_path_factory.mktemp("contoso")
    scenario.build("contoso-se", root / "lab", seed=1)
    worksheets.write_worksheets(root, root / "lab")
    return root


@pytest.fixture
def home(contoso_papers: Path, tmp_path: Path) -> Home:
    """A copy of contoso's papers; the backup set itself is shared and only read."""
    shutil.copytree(contoso_papers / "worksheets", tmp_path / "home" / "worksheets")
    return Home(tmp_path / "home")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def guide(home: Home, contoso_papers: Path, world: World) -> Guide:
    share = next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    book = AddressBook(Environment("drill", "test"), shares={r"\\backup01.contoso.com\LyncBackup": share})
    return Guide(home, book, world.connect, Redactor())
