"""A part of the backup by itself, and a plan of a backup that is carried out a second time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.backup.retention import Retention, prunable, set_records
from lync_wizard.core.catalogue import data_folder
from lync_wizard.lab.server import process
from lync_wizard.workspace import backup_job
from tests.backups.conftest import NOW, Store
from tests.backups.test_backup_run import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made.start()
    process.stop(made.home)


@pytest.mark.parametrize("optional", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_what_is_optional_costs_its_file_alone(site: Site, optional: bool) -> None:
    shipped = (data_folder() / "procedures" / "backup-apart.yaml").read_text("utf-8")
    asked = "SecurityProviders\\\\SCHANNEL"
    assert asked in shipped
    own = shipped.replace(asked, "SecurityProviders\\\\Elsewhere")
    (site.home / "procedures").mkdir()
    (site.home / "procedures" / "backup-apart.yaml").write_text(
        own if optional else own.replace(", optional: true", ""), "utf-8"
    )
    done = site.run("backup", "run", "backup-apart", "--headless", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["result"]) == ((0, "backed up") if optional else (1, "incomplete")), done.stdout
    assert not (site.root / told["name"] / "Settings" / "Schannel").exists()
    assert [event.step for event in site.events() if event.type == "step_skipped"]


def test_a_part_is_judged_by_what_it_saves_and_says_what_it_does_not(site: Site) -> None:
    done = site.run("backup", "run", "backup-core", "--headless", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["result"], told["why"]) == (0, "backed up", []), done.stderr
    stores = [r"the file store \\fe01.contoso.com\LyncShare", r"the file store \\se01.contoso.com\LyncShare"]
    assert sorted(told["not_covered"]) == stores
    code, text = (found := site.run("backup", "verify", told["name"])).returncode, found.stdout
    assert code == 0
    assert f"Not covered by this part of the backup: {stores[0]}." in text
    (site.root / told["name"] / "UserData" / "se01.contoso.com.zip").unlink()
    assert site.run("backup", "verify", told["name"]).returncode == 1, "what it was to save is asked for"
    status = json.loads(site.run("backup", "status", "--json").stdout)
    assert status["newest"]["name"] != told["name"]


def test_a_second_run_of_a_backup_plan_is_refused_first_and_leaves_the_status(site: Site) -> None:
    plan = site.home / "plan.json"
    assert site.run("plan", "backup", "--target", "contoso", "-o", str(plan)).returncode == 0
    words = ("run", str(plan), "--headless", "--approve", json.loads(plan.read_text("utf-8"))["hash"])
    answers = site.home / "answers.yaml"
    answers.write_text("accept: {hosts-answer: no matter}\n", "utf-8")
    first = site.run(*words, "--answers", str(answers))
    assert first.returncode == 0, first.stderr
    before = (site.home / backup_job.STATUS).read_bytes()
    again = site.run(*words, "--answers", str(answers))
    assert again.returncode == 3
    assert "an approval is for one run" in again.stderr
    assert "hosts-answer" not in again.stderr, "no host was asked"
    assert (site.home / backup_job.STATUS).read_bytes() == before


def test_a_set_of_a_part_lets_no_whole_set_go(store: Store, day: timedelta) -> None:
    store.another(NOW - 40 * day, learned=store.verified)
    part = store.another(NOW - day, learned=store.verified)
    kept = Retention(count=1, days=10, minimum_sound=0)
    ages = [known.name for known in prunable(set_records(store.root, store.ledger), kept, NOW)]
    assert len(ages) == 1
    old = backup.read_manifest(part.folder)
    backup.write_manifest(part.folder, backup.Manifest(**{**vars(old), "covers": ("Config.zip",)}))
    verification = store.ledger.standing(part.folder).verified
    store.ledger.renew(part.folder, NOW)
    store.ledger.record_verified(part.folder, store.verified(part.folder).verified[0])
    assert verification is None, "another manifest is another set"
    listed = [known for known in set_records(store.root, store.ledger) if known.name != store.sound.name]
    assert prunable(listed, kept, NOW) == []
