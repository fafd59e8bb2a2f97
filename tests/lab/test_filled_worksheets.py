"""The worksheets of the simulated deployment: sound, complete for a restore, and equal to the snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard import worksheets
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from tests.lab.small_farm import BACKUP, FE, SE, lost

_OF_BOTH = {"standard-edition", "user-pool", "file-store-on-pool"}


@pytest.fixture
def entries(tmp_path: Path) -> worksheets.Entries:
    lost(tmp_path / "lab")
    assert write_worksheets(tmp_path, tmp_path / "lab") == "contoso"
    problems = Problems()
    recorded = worksheets.read(Home(tmp_path), None, problems)
    assert [str(problem) for problem in problems] == []
    return recorded.entries


@pytest.mark.parametrize(("pool", "facts"), [(SE, {"response-group-deployed"}), (FE, {"hosts-cms"})])
def test_nothing_is_missing_and_nothing_wrong(entries: worksheets.Entries, pool: str, facts: set[str]) -> None:
    assert worksheets.missing(worksheets.forms(), entries, pool, (_OF_BOTH | facts).__contains__) == []
    assert worksheets.wrong(entries) == []


def test_the_values_are_those_of_the_deployment_before_the_disaster(entries: worksheets.Entries) -> None:
    root = f"\\\\{BACKUP}\\LyncBackup"

    assert entries.pools == (FE, SE)
    assert entries.text("plan/backup/location") == root
    assert entries.text("plan/rto/standard-edition") == "2h"
    assert entries.text("deployment-facts/cms/pool") == FE
    assert entries.text("file-store/lync/share", SE) == f"\\\\{SE}\\LyncShare"
    assert entries.text("deployment-facts/file-store/local-folder", SE) == "C:\\LyncShare"
    assert entries.text("deployment-facts/pool/good-server", SE) == FE
    assert entries.flag("deployment-facts/features/response-group", SE) is True
    assert entries.flag("deployment-facts/features/response-group", FE) is False
