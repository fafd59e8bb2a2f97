"""What no export holds: Call Park, announcements and unassigned numbers, shown as they are set up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import READERS


def _of_pools(call: Call, what: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(pool, settings) of one kind in the scenario's ``voice``, of every pool."""
    call.require_group(*READERS)
    call.require_cms()
    for pool, uses in call.state.facts.get("voice", {}).items():
        for one in uses.get(what, ()):
            yield pool, one


def _shown(call: Call, kind: str, identity: str, properties: Mapping[str, Any]) -> None:
    if call.get("Identity") in (None, identity):
        call.emit(f"Microsoft.Rtc.Management.WritableConfig.{kind}", {"Identity": identity, **properties}, identity)


@cmdlet("Get-CsCpsConfiguration")
def get_cs_cps_configuration(call: Call) -> None:
    for _, settings in _of_pools(call, "call-park"):
        _shown(call, "Settings.CallPark.CpsSettings", "Global", settings)


@cmdlet("Get-CsCallParkOrbit")
def get_cs_call_park_orbit(call: Call) -> None:
    for pool, orbit in _of_pools(call, "orbits"):
        properties = {"CallParkService": f"CallPark:{pool}", "Type": "CallPark", **_range(orbit)}
        _shown(call, "Settings.CallPark.Orbits", orbit["name"], properties)


@cmdlet("Get-CsAnnouncement")
def get_cs_announcement(call: Call) -> None:
    for pool, announcement in _of_pools(call, "announcements"):
        properties = {"Name": announcement["name"], "AudioFilePrompt": announcement["file"], "Language": "en-US"}
        identity = f"ApplicationServer:{pool}/{announcement['name']}"
        _shown(call, "Settings.AnnouncementServiceSettings.Announcement", identity, properties)


@cmdlet("Get-CsUnassignedNumber")
def get_cs_unassigned_number(call: Call) -> None:
    for pool, numbers in _of_pools(call, "numbers"):
        service = f"ApplicationServer:{pool}"
        properties = {"AnnouncementService": service, "AnnouncementName": numbers["announcement"], **_range(numbers)}
        _shown(call, "Settings.UnassignedNumberTreatment", numbers["name"], properties)


def _range(numbers: Mapping[str, Any]) -> dict[str, str]:
    return {"NumberRangeStart": numbers["first"], "NumberRangeEnd": numbers["last"]}
