"""What changed between two sets, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lync_wizard import backup
from lync_wizard.backup.diff import Change, compare
from lync_wizard.core.errors import WizardError
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.state import Contact
from tests.backups.conftest import NOW, Store

USERS, RGS = "UserData/se01.contoso.com.zip", "Rgs/se01.contoso.com.zip"


def changes(store: Store, changed: dict[str, bytes]) -> list[Change]:
    before = backup.BackupSet(store.sound, backup.read_manifest(store.sound))
    return compare(before, store.another(NOW - timedelta(hours=1), changed))


def said(store: Store, changed: dict[str, bytes], about: str) -> list[str]:
    return [change.text for change in changes(store, changed) if change.about == about]


def test_nothing_changed_although_every_file_was_written_anew(store: Store) -> None:
    again = {USERS: exports.user_data(exports.read_user_data((store.sound / USERS).read_bytes()))}
    assert changes(store, again) == []


def test_users_by_name(store: Store) -> None:
    users = exports.read_user_data((store.sound / USERS).read_bytes())
    names = sorted(users)
    gone, changed = names[0].removeprefix("sip:"), names[1].removeprefix("sip:")
    del users[names[0]]
    users[names[1]].contacts.append(Contact("sip:new@contoso.com", "New", [1]))
    users["sip:new@contoso.com"] = users[names[2]]
    told = said(store, {USERS: exports.user_data(users)}, "users")
    assert f"1 user gone from se01.contoso.com: {gone}." in told
    assert "1 user new on se01.contoso.com: new@contoso.com." in told
    assert f"1 user with other contacts or groups on se01.contoso.com: {changed}." in told


def test_response_groups_and_their_settings(store: Store) -> None:
    objects, settings = exports.read_response_groups((store.sound / RGS).read_bytes())
    # The first goes, so that every reference id after it changes without meaning anything.
    queue = next(o for o in objects if o.kind == "Queue")
    workflow = next(o for o in objects if o.kind == "Workflow")
    workflow.properties["LineUri"] = "tel:+15550199"
    told = said(
        store, {RGS: exports.response_groups([o for o in objects if o is not queue], settings)}, "Response Groups"
    )
    assert f"The queue {queue.name} was removed from se01.contoso.com." in told
    assert [text for text in told if "LineUri" in text and text.endswith("is tel:+15550199.")]
    assert len(told) == 2


def test_policies_and_the_topology(store: Store) -> None:
    cms = exports.read_configuration((store.sound / "Config.zip").read_bytes())
    identity = next(iter(cms.policies))
    key = next(iter(cms.policies[identity]))
    cms.policies[identity][key] = "other"
    cms.policies["ClientPolicy:Tag:Sales"] = {"DisplayPhoto": "NoPhoto"}
    cms.topology = cms.topology.replace("se01.contoso.com", "se02.contoso.com")
    found = changes(store, {"Config.zip": exports.configuration(cms)})
    told = [change.text for change in found if change.about == "settings"]
    assert any(f"{key} was " in text and "is other" in text for text in told)
    assert any("Tag:Sales" in text or "Sales was added" in text for text in told)
    moved = [change.text for change in found if change.about == "topology"]
    assert "standard-edition se01.contoso.com was removed." in moved
    assert "standard-edition se02.contoso.com was added." in moved


def test_files_and_what_only_one_set_holds(store: Store) -> None:
    store_file = next(a.path for a in backup.read_manifest(store.sound).files if a.path.endswith("slides.pptx"))
    found = changes(store, {store_file: b"new", "E911Config.zip": b""})
    assert Change("locations", "E911Config.zip is only in the older set.") in found
    assert Change("files", f"1 file store file changed: {store_file}.") in found


def test_a_damaged_export_is_an_error_not_a_difference(store: Store) -> None:
    with pytest.raises(WizardError, match="cannot be read"):
        changes(store, {USERS: b"PK"})
