"""What the hosts of a standing deployment say against its newest set."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.state import UserData
from lync_wizard.lab.server import process
from tests.backups.test_backup_run import SE, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made.start()
    process.stop(made.home)


def only_set(site: Site) -> backup.BackupSet:
    [found] = [one for one in backup.sets(site.root) if isinstance(one, backup.BackupSet)]
    return found


def test_what_changed_since_the_newest_set_asks_for_another(site: Site) -> None:
    told = json.loads(site.run("backup", "status", "--json").stdout)
    assert told["changed_since"] == {"asked": True, "changes": []}
    one = only_set(site)
    groups = {**one.manifest.counts["response_groups"], SE: {**one.manifest.counts["response_groups"][SE], "Queue": 1}}
    topology = str(one.manifest.topology).replace("fe01.contoso.com", "fe09.contoso.com")
    older = replace(one.manifest, counts={**one.manifest.counts, "response_groups": groups}, topology=topology)
    backup.write_manifest(one.folder, older)
    backup.Ledger(Home(site.home)).renew(one.folder, timestamps.now())
    site.run("backup", "verify", one.name)
    text = site.run("backup", "status").stdout
    assert "fe09.contoso.com was removed." in text
    assert "fe01.contoso.com was added." in text
    assert f"{SE}: " in text
    assert "of Queue, 1 in the set." in text
    assert "export again" in text
    quiet = json.loads(site.run("backup", "status", "--offline", "--json").stdout)
    assert quiet["changed_since"] is None


def test_a_first_set_of_an_unknown_maker_is_compared_with_the_hosts(site: Site, tmp_path: Path) -> None:
    one = only_set(site)
    folder = tmp_path / "script"
    shutil.copytree(one.folder, folder, ignore=shutil.ignore_patterns("*.json"))
    (folder / "UserData" / f"{SE}.zip").write_bytes(exports.user_data({"sip:one@contoso.com": UserData()}))
    shutil.rmtree(one.folder)
    name = json.loads(site.run("backup", "adopt", str(folder), "--json").stdout)["name"]
    text = site.run("backup", "verify", name).stdout
    assert f"doubtful: {SE}: 1 of users, where 25 were held before" in text


def test_the_certificates_of_each_server_are_told_while_nothing_is_lost(site: Site) -> None:
    told = json.loads(site.run("backup", "status", "--json").stdout)["certificates"]
    of = {one["server"]: one for one in told}
    assert set(of) == {SE, "fe01.contoso.com"}
    assert (of[SE]["subject"], of[SE]["exportable"], of[SE]["copy"]) == (f"CN={SE}", True, None)
    cell = f"{SE}:deployment-facts/certificates/copies"
    site.run("worksheet", "set", cell, r"\\fs09.contoso.com\Keys, safe of the help desk")
    text = site.run("backup", "status").stdout
    assert f"certificate of {SE}: CN={SE}, valid until " in text
    assert r"key can be exported; copy: \\fs09.contoso.com\Keys, safe of the help desk" in text
    assert "certificate of fe01.contoso.com: CN=fe01.contoso.com, valid until " in text
    assert "no copy is recorded (deployment-facts/certificates/copies)" in text
    assert json.loads(site.run("backup", "status", "--offline", "--json").stdout)["certificates"] == []
