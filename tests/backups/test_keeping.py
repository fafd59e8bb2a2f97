"""What may go and what never does."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.backup.retention import Retention, SetRecord, prunable, remove, room, set_records
from lync_wizard.backup.verification_log import Level, Pin, record_pin
from lync_wizard.core.errors import InputError, Refused
from tests.backups.conftest import NOW, Store

TWO = Retention(count=2, days=10, minimum_sound=1)


@pytest.fixture
def aged(store: Store, day: timedelta) -> Store:
    """Sound, verified sets of 1, 11, 21, 31 days; the sound set of the scenario, dated later, is left out."""
    for age in (1, 11, 21, 31):
        store.another(NOW - age * day, learned=store.verified)
    return store


def sets(store: Store) -> list[SetRecord]:
    return [known for known in set_records(store.root, store.ledger, "contoso") if known.made_at <= NOW]


def ages(found: list[SetRecord]) -> list[int]:
    return [(NOW - known.made_at).days for known in found]


def test_beyond_number_and_age_the_oldest_first(aged: Store) -> None:
    assert ages(prunable(sets(aged), TWO, NOW)) == [31, 21]
    assert ages(prunable(sets(aged), replace(TWO, count=1), NOW)) == [31, 21, 11]
    assert ages(prunable(sets(aged), replace(TWO, count=3), NOW)) == [31]
    assert ages(prunable(sets(aged), replace(TWO, days=25), NOW)) == [31]
    assert prunable(sets(aged), Retention(), NOW) == []


def test_so_many_sound_sets_stay_whatever_their_age(aged: Store) -> None:
    assert ages(prunable(sets(aged), replace(TWO, minimum_sound=3), NOW)) == [31]
    assert prunable(sets(aged), replace(TWO, minimum_sound=4), NOW) == []


def test_a_pin_holds_and_a_damaged_state_counts_as_one(aged: Store) -> None:
    record_pin(sets(aged)[-1].set.folder, Pin("me", NOW))
    assert ages(prunable(sets(aged), TWO, NOW)) == [21]
    (sets(aged)[-2].set.folder / "state.json").write_text("{")
    assert prunable(sets(aged), TWO, NOW) == []
    record_pin(sets(aged)[-1].set.folder, None)
    assert ages(prunable(sets(aged), TWO, NOW)) == [31]
    (sets(aged)[-1].set.folder / "state.json").unlink()
    assert prunable(sets(aged), TWO, NOW) == [], "whoever takes the file away takes no pin away"


@pytest.mark.parametrize("value", ["fail", "not tested"])
def test_nothing_goes_unless_a_newer_set_passed_read(aged: Store, value: str) -> None:
    def worse(known: SetRecord) -> SetRecord:
        if known.newest is None:
            return known
        levels = {**known.newest.levels, "read": replace(Level("pass"), value=value)}
        return replace(known, standing=replace(known.standing, verified=replace(known.newest, levels=levels)))

    found = sets(aged)
    assert prunable([worse(known) for known in found], TWO, NOW) == []
    # One that passed vouches for the older ones, not for newer ones.
    assert ages(prunable([*map(worse, found[:2]), found[2], worse(found[3])], TWO, NOW)) == [31]


def test_a_newer_set_that_lost_a_file_since_vouches_for_nothing(aged: Store) -> None:
    for known in sets(aged)[:3]:
        (known.set.folder / "Config.zip").unlink()
    assert prunable(sets(aged), TWO, NOW) == []


def test_clocks_that_were_wrong_remove_nothing(aged: Store, day: timedelta) -> None:
    """Back by a month, every proof lies in the future; a set from the future is no proof."""
    assert prunable(sets(aged), TWO, NOW - 32 * day) == []
    aged.another(NOW + 400 * day, learned=aged.verified)
    aged.ledger.path.unlink()
    assert prunable(set_records(aged.root, aged.ledger), TWO, NOW) == []


def test_removal_is_recorded_and_judged_anew(aged: Store) -> None:
    going = prunable(sets(aged), TWO, NOW)
    record_pin(going[1].set.folder, Pin("me", NOW))
    with pytest.raises(Refused, match=going[1].name):
        remove(going, aged.root, aged.home, retention=TWO, now=NOW, by="me")
    assert not going[0].set.folder.exists()
    assert going[1].set.folder.exists()
    lines = (aged.home.root / "removed.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["name"] for line in lines] == [going[0].name]
    assert json.loads(lines[0])["why"] == "beyond 2 sets and 10 days"


def test_retention_is_the_plans(store: Store) -> None:
    assert Retention.of(store.entries) == Retention(14, 30, 3)


def test_room_is_judged_by_the_last_set(store: Store, tmp_path: Path) -> None:
    last = set_records(store.root, store.ledger)[0].set
    found = room(store.root, last)
    assert found.needed == int(last.size * 1.25)
    assert found.enough
    assert not replace(found, free=found.needed - 1).enough
    with pytest.raises(InputError, match="cannot be read"):
        room(tmp_path / "gone", last)


def test_the_ledger_keeps_the_first_hash(store: Store) -> None:
    moment: datetime = NOW
    first = store.ledger.remember(store.sound, moment)
    (store.sound / backup.MANIFEST).write_text("{}")
    assert store.ledger.remember(store.sound, moment) == first
    assert store.ledger.renew(store.sound, moment) != first
    store.ledger.path.write_text("[]")
    with pytest.raises(InputError, match="is damaged"):
        store.ledger.known(store.sound.name)


def test_two_who_learn_something_at_once_both_keep_it(store: Store) -> None:
    """Many threads, each with a manifest and a restore of its own: none is lost."""
    for number in range(10):
        store.another(NOW + timedelta(days=number + 1))
    folders = [folder for folder in store.root.iterdir() if folder.is_dir()]

    def learn(number: int) -> None:
        backup.Ledger(store.home).remember(folders[number % len(folders)], NOW)
        backup.record_restored(store.sound, backup.Restored(f"run {number}", "drill", NOW, restored=True))

    with ThreadPoolExecutor(10) as workers:
        list(workers.map(learn, range(30)))
    assert len(backup.read_log(store.sound).restored) == 30
    assert all(store.ledger.known(folder.name) for folder in folders)
