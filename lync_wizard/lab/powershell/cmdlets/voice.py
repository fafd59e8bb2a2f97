"""Call Park, announcements and unassigned numbers, which belong to the pool whose application serves them."""

from __future__ import annotations

import fnmatch
import uuid
from collections.abc import Iterator
from typing import Any, Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import READERS, not_found
from lync_wizard.lab.powershell.enumerations import ORBIT_TYPE

_ANNOUNCEMENT: Final = "Settings.AnnouncementServiceSettings.Announcement"
_FOLDER: Final = ("AppServerFiles", "RGS", "AS")
_SETTINGS: Final = ("CallPickupTimeoutThreshold", "EnableMusicOnHold", "MaxCallPickupAttempts", "OnTimeoutURI")

Setting = dict[str, Any]


def _voice(call: Call) -> dict[str, dict[str, list[Setting]]]:
    found: dict[str, dict[str, list[Setting]]] = call.state.facts.setdefault("voice", {})
    return found


def _of_pools(call: Call, what: str) -> Iterator[tuple[str, Setting]]:
    """(pool, settings) of one kind in the scenario's ``voice``, of every pool."""
    call.require_group(*READERS)
    call.require_cms()
    for pool, uses in _voice(call).items():
        for one in uses.get(what, ()):
            yield pool, one


def _shown(call: Call, kind: str, identity: str, properties: Setting, parent: str = "") -> None:
    wanted = str(call.get("Identity") or call.get("Filter") or "*").lower().removeprefix("service:")
    if fnmatch.fnmatch(identity.lower().removeprefix("service:"), wanted) or (parent and parent.lower() == wanted):
        call.emit(f"Microsoft.Rtc.Management.WritableConfig.{kind}", {"Identity": identity, **properties}, identity)


def _pool(call: Call, parameter: str) -> str:
    """The pool whose applications a parameter names, by service or FQDN. Ends the command otherwise."""
    text = str(call.get(parameter))
    scope, _, pool = text.lower().removeprefix("service:").partition("/")[0].rpartition(":")
    there = [s.cluster for s in topology.topology(call.state).services if s.role == "ApplicationServer"]
    if scope not in ("", "applicationserver") or pool not in there:
        call.fail(f'Cannot find "{text}" in the topology.', "ObjectNotFound", "ServiceNotFound", target=text)
    return pool


# Call Park


@cmdlet("Get-CsCpsConfiguration")
def get_cs_cps_configuration(call: Call) -> None:
    for pool, settings in _of_pools(call, "call-park"):
        plain = {name: value for name, value in settings.items() if name != "own"}
        identity = f"Service:ApplicationServer:{pool}" if settings.get("own") else "Global"
        _shown(call, "Settings.CallPark.CpsSettings", identity, plain)


@cmdlet("Set-CsCpsConfiguration")
def set_cs_cps_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    given = {name: call.get(name) for name in _SETTINGS if call.get(name) is not None}
    whole = str(call.get("Identity") or "Global").lower() == "global"
    pools = list(_voice(call)) if whole else [_pool(call, "Identity")]
    if not call.proceeds(call.name, str(call.get("Identity") or "Global")):
        return
    with call.simulation.change():
        for pool in pools:
            kept = _voice(call).setdefault(pool, {}).setdefault("call-park", [{}])
            kept[0].update({**given, **({} if whole else {"own": True})})


@cmdlet("Get-CsCallParkOrbit")
def get_cs_call_park_orbit(call: Call) -> None:
    for pool, orbit in _of_pools(call, "orbits"):
        kind = orbit.get("type", "CallPark")
        if str(call.get("Type") or kind).lower() == kind.lower():
            properties = {"CallParkService": f"ApplicationServer:{pool}", "Type": ORBIT_TYPE(kind), **_range(orbit)}
            _shown(call, "Settings.CallPark.Orbits", orbit["name"], properties)


@cmdlet("Set-CsCallParkOrbit")
def set_cs_call_park_orbit(call: Call) -> None:
    _set_range(call, "orbits", "CallParkService")


def _set_range(call: Call, what: str, service: str) -> None:
    """Give a range to the pool that a parameter names, and change its numbers."""
    call.require_group(LYNC_ADMINS, "CsVoiceAdministrator")
    found = next(
        (
            (pool, one)
            for pool, one in _of_pools(call, what)
            if one["name"].lower() == str(call.get("Identity")).lower()
        ),
        None,
    )
    if found is None:
        not_found(call, str(call.get("Identity")))
        return
    pool, one = found
    target = _pool(call, service) if call.get(service) is not None else pool
    changes = {"first": call.get("NumberRangeStart"), "last": call.get("NumberRangeEnd")}
    changes["announcement"] = call.get("AnnouncementName") if what == "numbers" else None
    wanted = str(changes["announcement"] or one.get("announcement", ""))
    there = [a["name"].lower() for a in _voice(call).get(target, {}).get("announcements", ())]
    if what == "numbers" and wanted.lower() not in there:
        call.fail(
            f'Cannot find the announcement "{wanted}" of "ApplicationServer:{target}".',
            "ObjectNotFound",
            "AnnouncementNotFound",
            target=wanted,
        )
    if call.proceeds(call.name, one["name"]):
        with call.simulation.change():
            _voice(call)[pool][what] = [other for other in _voice(call)[pool][what] if other is not one]
            kept = {**one, **{name: value for name, value in changes.items() if value is not None}}
            _voice(call).setdefault(target, {}).setdefault(what, []).append(kept)


# Announcements


def _guid(pool: str, announcement: Setting) -> str:
    return str(announcement.get("id") or uuid.uuid5(uuid.NAMESPACE_DNS, f"{pool}/{announcement['name']}"))


@cmdlet("Get-CsAnnouncement")
def get_cs_announcement(call: Call) -> None:
    for pool, announcement in _of_pools(call, "announcements"):
        properties = {
            "Name": announcement["name"],
            "AudioFilePrompt": announcement.get("file"),
            "TextToSpeechPrompt": announcement.get("text"),
            "Language": announcement.get("language", "en-US"),
            "TargetUri": announcement.get("target"),
        }
        parent = f"ApplicationServer:{pool}"
        _shown(call, _ANNOUNCEMENT, f"{parent}/{_guid(pool, announcement)}", properties, parent)


@cmdlet("New-CsAnnouncement")
def new_cs_announcement(call: Call) -> None:
    call.require_group(LYNC_ADMINS, "CsVoiceAdministrator")
    call.require_cms()
    pool, name = _pool(call, "Parent" if call.get("Parent") else "Identity"), str(call.get("Name"))
    file = call.get("AudioFilePrompt")
    root = application_files(call, pool)
    if any(one["name"].lower() == name.lower() for one in _voice(call).get(pool, {}).get("announcements", ())):
        call.fail(f'The announcement "{name}" already exists.', "ResourceExists", "AnnouncementExists", target=name)
    if file and (root is None or not root.joinpath(*_FOLDER, str(file)).is_file()):
        call.fail(f'Cannot find the audio file "{file}". Import it first.', "ObjectNotFound", "AudioFileNotFound")
    if call.get("TextToSpeechPrompt") and not call.get("Language"):
        call.fail("The Language parameter is required with TextToSpeechPrompt.", "InvalidArgument", "LanguageRequired")
    if not call.proceeds(call.name, pool):
        return
    shown = {"file": file, "text": call.get("TextToSpeechPrompt"), "target": call.get("TargetUri")}
    made = {"name": name, "language": str(call.get("Language") or "en-US"), **{k: v for k, v in shown.items() if v}}
    with call.simulation.change():
        _voice(call).setdefault(pool, {}).setdefault("announcements", []).append(made)


@cmdlet("Import-CsAnnouncementFile")
def import_cs_announcement_file(call: Call) -> None:
    call.require_group(LYNC_ADMINS, "CsVoiceAdministrator")
    call.require_cms()
    pool, name = _pool(call, "Parent"), str(call.get("FileName"))
    root = application_files(call, pool)
    if root is None or "\\" in name or "/" in name:
        call.fail(f'Cannot write "{name}" to the file store of pool "{pool}".', "WriteError", "FileStoreNotAvailable")
    call.work(1.0, f"Importing {name}")
    target = root.joinpath(*_FOLDER, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(bytes(call.get("Content")))


def application_files(call: Call, pool: str) -> Any:
    """The real folder of the pool's applications in its file store; None while that does not answer."""
    document = topology.topology(call.state)
    service = next((s for s in document.on(pool) if s.role == "ApplicationServer"), None)
    stores = [found for i in (service.depends_on if service else ()) if (found := document.service(i))]
    store = next((one for one in stores if one.role == "FileStore"), None)
    try:
        share = f"\\\\{store.cluster}\\{store.settings['ShareName']}" if store else ""
        return call.path(f"{share}\\{service.id}") if service and store else None
    except OSError:
        return None


@cmdlet("Remove-CsAnnouncement")
def remove_cs_announcement(call: Call) -> None:
    """With the service alone and no GUID it removes every announcement of the pool, as the reference says."""
    call.require_group(LYNC_ADMINS, "CsVoiceAdministrator")
    call.require_cms()
    pool, wanted = _pool(call, "Identity"), str(call.get("Identity")).lower().partition("/")[2]
    known = _voice(call).get(pool, {}).get("announcements", [])
    gone = [one for one in known if wanted in ("", _guid(pool, one))]
    if not gone:
        not_found(call, str(call.get("Identity")))
    elif call.proceeds(call.name, str(call.get("Identity"))):
        with call.simulation.change():
            _voice(call)[pool]["announcements"] = [one for one in known if one not in gone]


# Unassigned numbers


@cmdlet("Get-CsUnassignedNumber")
def get_cs_unassigned_number(call: Call) -> None:
    for pool, numbers in _of_pools(call, "numbers"):
        known = _voice(call).get(pool, {}).get("announcements", ())
        named = next((one for one in known if one["name"] == numbers["announcement"]), None)
        properties = {
            "AnnouncementService": f"ApplicationServer:{pool}",
            "AnnouncementName": numbers["announcement"],
            "AnnouncementId": _guid(pool, named) if named else None,
            **_range(numbers),
        }
        _shown(call, "Settings.UnassignedNumberTreatment", numbers["name"], properties)


@cmdlet("Set-CsUnassignedNumber")
def set_cs_unassigned_number(call: Call) -> None:
    _set_range(call, "numbers", "AnnouncementService")


def _range(numbers: Setting) -> dict[str, str]:
    return {"NumberRangeStart": numbers["first"], "NumberRangeEnd": numbers["last"]}
