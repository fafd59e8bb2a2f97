"""Whether the plan is met, at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lync_wizard.backup.readiness import Readiness, last_due, readiness
from lync_wizard.backup.retention import set_records
from lync_wizard.worksheets import Cell, Entries, fill, forms
from tests.backups.conftest import NOW, Store
from tests.deployments import with_pool

HERE = datetime(2026, 3, 4, 12, 0).astimezone()


def judged(store: Store, entries: Entries | None = None) -> Readiness:
    sets = [known for known in set_records(store.root, store.ledger) if known.name != store.sound.name]
    return readiness(sets, store.wanted, entries or store.entries, NOW)


def with_plan(store: Store, **cells: str) -> Entries:
    entries = store.entries
    for column, text in cells.items():
        cell = Cell.parse(f"plan/backup/{column}")
        entries = entries.set(cell, fill(forms().field(cell), text, "operator"))
    return entries


def test_a_sound_set_of_this_night(store: Store) -> None:
    store.another(NOW - timedelta(hours=5), learned=store.verified)
    found = judged(store)
    assert found.met, found.problems
    assert found.line().endswith("5 h old")
    assert [text[:18] for text in found.lost] == ["What changed since"]


def test_without_a_sound_set_everything_would_be_lost(store: Store) -> None:
    assert judged(store).problems[0] == "there is no complete set"
    unverified = store.another(NOW - timedelta(hours=5))
    found = judged(store)
    assert not found.met
    assert found.problems[0] == "no set was ever verified as complete and intact"
    assert found.pending == (unverified.name,)
    assert found.lost == ("Everything: there is no verified set to restore from.",)


def test_too_old_for_rpo_and_schedule(store: Store) -> None:
    store.another(NOW - timedelta(hours=30), learned=store.verified)
    assert len(judged(store).problems) == 2
    late = judged(store, with_plan(store, rpo="2d", schedule="other: when we think of it"))
    assert late.met
    weekly = judged(store, with_plan(store, rpo="7d", schedule="daily 01:30"))
    assert [text[:14] for text in weekly.problems] == ["the backup due"]


def test_a_newer_set_that_is_damaged_does_not_count(store: Store) -> None:
    store.another(NOW - timedelta(hours=20), learned=store.verified)
    newest = store.another(NOW - timedelta(hours=2), learned=store.verified)
    assert judged(store).to_data()["newest"]["name"] == newest.name
    (newest.folder / "Config.zip").unlink()
    assert judged(store).to_data()["newest"]["age_seconds"] == 20 * 3600


def test_what_the_newest_sound_set_lacks_would_be_lost(store: Store) -> None:
    store.another(NOW - timedelta(hours=2), learned=store.verified)
    assert judged(store).met
    pools = store.deployment.pools
    store.deployment = with_pool(store.deployment, replace(pools[0], features=pools[0].features | {"monitoring"}))
    found = judged(store)
    assert found.missing == ("call detail records", "Quality of Experience data")
    assert "All of call detail records." in found.lost
    assert not found.met


def test_a_database_saved_elsewhere_is_not_called_for(store: Store) -> None:
    pool = store.deployment.pools[0]
    store.deployment = with_pool(store.deployment, replace(pool, features=pool.features | {"archiving"}))
    cell = Cell.parse(f"{pool.fqdn}:database/archiving/destination")
    for text, wanted in ((r"\\backup01.contoso.com\LyncBackup\Sql", True), (r"\\tape01.contoso.com\Archive", False)):
        store.entries = store.entries.set(cell, fill(forms().field(cell), text, "operator"))
        assert ("archived messages" in {one.what for one in store.wanted}) is wanted


def test_a_set_from_the_future_is_named_and_not_counted(store: Store) -> None:
    store.another(NOW - timedelta(hours=2), learned=store.verified)
    store.another(NOW + timedelta(days=300), learned=store.verified)
    found = judged(store)
    assert "a clock was wrong" in found.problems[0]
    assert found.to_data()["newest"]["age_seconds"] == 7200


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("daily 01:30", "2026-03-04 01:30"),
        ("daily 12:30", "2026-03-03 12:30"),
        ("weekdays 22:00", "2026-03-03 22:00"),
        ("weekly sunday 03:00", "2026-03-01 03:00"),
        ("weekly wednesday 13:00", "2026-02-25 13:00"),
        ("monthly 5 03:00", "2026-02-05 03:00"),
        ("daily 01:30 and daily 11:00", "2026-03-04 11:00"),
        ("every 4 hours", "2026-03-04 06:00"),
        ("every 30 hours", None),
        ("other: at full moon", None),
        ("", None),
    ],
)
def test_when_a_backup_was_due_last(schedule: str, due: str | None) -> None:
    found = last_due(schedule, HERE, HERE - timedelta(hours=10))
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == due
