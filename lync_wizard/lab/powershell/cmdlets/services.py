"""Lync's Windows services: listed, stopped and started."""

from __future__ import annotations

import fnmatch
from typing import Any

from lync_wizard.lab.farm import quorum, service_start, topology
from lync_wizard.lab.farm.state import RUNNING, STARTING, STOPPED, Host, Service
from lync_wizard.lab.powershell import enumerations
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

START_SECONDS = 2.0
STOP_SECONDS = 1.0
QUORUM_SECONDS = 600.0
"""How long the cmdlet waits for a start that waits for its pool, in simulated seconds; in reality it never returns."""


def target(call: Call) -> Host:
    """The host that ``-ComputerName`` names, or this one. Ends the command where it cannot be reached."""
    wanted = str(call.get("ComputerName") or _piped(call) or call.host_name)
    host = call.state.host(wanted)
    if host is None or not host.present:
        call.fail(
            f"Cannot open Service Control Manager on computer '{wanted}'. The RPC server is unavailable.",
            "ResourceUnavailable",
            "ServiceControlManager",
        )
    if not call.delegated(host.fqdn) or not call.simulation.is_local_admin(host, call.user):
        call.fail(
            f"Cannot open Service Control Manager on computer '{wanted}'. Access is denied.",
            "PermissionDenied",
            "ServiceControlManager",
        )
    return host


def _piped(call: Call) -> str:
    """The computer of the services that came down the pipeline; that the objects carry it is a guess."""
    names = [getattr(one, "properties", {}).get("ComputerName") for one in call.received]
    return next((str(name) for name in names if name), "")


def lync_services(host: Host) -> list[Service]:
    return [s for s in host.services.values() if s.name != "NTDS"]


def chosen(call: Call, host: Host) -> list[Service]:
    """The services that ``-Name`` or ``-InputObject`` choose; all of Lync's without either."""
    name = call.get("Name")
    if name is None and (call.get("InputObject") or call.received):
        things = [call.get("InputObject")] if call.get("InputObject") else list(call.received)
        names = {str(getattr(t, "properties", {}).get("Name", t)).lower() for t in things}
        return [s for s in lync_services(host) if s.name.lower() in names]
    found = [s for s in lync_services(host) if fnmatch.fnmatch(s.name.lower(), str(name or "*").lower())]
    if name and not found and "*" not in str(name):
        call.error(f"Cannot find the service '{name}' on computer '{host.fqdn}'.", "ObjectNotFound", "ServiceNotFound")
    return found


@cmdlet("Get-CsWindowsService")
def get_cs_windows_service(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    host = target(call)
    for service in chosen(call, host):
        properties: dict[str, Any] = {
            "Status": enumerations.SERVICE_STATUS(service.status),
            "Name": service.name,
            "DisplayName": service.display,
            "RoleName": [service.role],
        }
        if host.fqdn != call.host_name:
            properties["ComputerName"] = host.fqdn
        if not call.get("ExcludeActivityLevel", False):
            properties["ActivityLevel"] = ""
        call.emit("Microsoft.Rtc.Management.Deployment.Core.NTService", properties, service.name)
    call.report()


@cmdlet("Stop-CsWindowsService")
def stop_cs_windows_service(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    host = target(call)
    spared = {"RTCCLSAGT"} if call.get("LeaveClsAgentRunning", False) else set()
    spared |= {"W3SVC"} if call.get("LeaveWebServerRunning", False) else set()
    fault = call.simulation.fault("services-not-stopped", call.host_name, call.name)
    if fault:
        spared.add(str(fault.fields.get("service", "RTCSRV")))
    stopping = [s for s in reversed(chosen(call, host)) if s.status != STOPPED and s.name not in spared]
    for number, service in enumerate(stopping):
        if not call.proceeds("Stop-CsWindowsService", f"{service.display} ({service.name})"):
            continue
        call.streams.progress(call.name, f"Stopping {service.display}", 100 * number // len(stopping))
        call.verbose(f"Stopping service {service.name} on {host.fqdn}.")
        if not call.get("NoWait", False):
            call.work(STOP_SECONDS)
        with call.simulation.change():
            service.status = STOPPED
    call.report()


@cmdlet("Start-CsWindowsService")
def start_cs_windows_service(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    host = target(call)
    starting = [s for s in chosen(call, host) if s.status != RUNNING]
    waits = not call.get("NoWait", False)
    for number, service in enumerate(starting):
        if not call.proceeds("Start-CsWindowsService", f"{service.display} ({service.name})"):
            continue
        call.streams.progress(call.name, f"Starting {service.display}", 100 * number // len(starting))
        call.verbose(f"Starting service {service.name} on {host.fqdn}.")
        _start(call, host, service, waits)
    call.report()


def _start(call: Call, host: Host, service: Service, waits: bool) -> None:
    if call.simulation.fault("service-stuck", host.fqdn, fields={"service": service.name}):
        return
    trouble = service_start.obstacle(call.state, host, service)
    if trouble:
        # A start that does not wait cannot know, and says nothing: the service is simply not running afterwards.
        if waits:
            _refuse(call, host, service, trouble)
        return
    if waits and not (service.name == quorum.FRONT_END and _pooled(call, host)):
        call.work(START_SECONDS)
        with call.simulation.change():
            service.status = RUNNING
        return
    with call.simulation.change():
        seconds = START_SECONDS * (1 if waits else 5) / call.simulation.speed
        topology.start_service(service, call.simulation.clock(), seconds)
    if waits:
        _wait_for_pool(call, host, service)


def _refuse(call: Call, host: Host, service: Service, why: str) -> None:
    call.error(
        f"Service '{service.display} ({service.name})' cannot be started on computer '{host.fqdn}': {why}",
        "OpenError",
        "StartServiceFailed",
        target=service.name,
    )


def _pooled(call: Call, host: Host) -> bool:
    pool = topology.known(call.state).cluster_of(host.fqdn)
    return pool is not None and len(pool.machines) > 1


def _wait_for_pool(call: Call, host: Host, service: Service) -> None:
    """Wait until the pool has its quorum (pitfalls P33, P59)."""
    for _ in range(int(QUORUM_SECONDS)):
        call.work(1.0)
        call.simulation.settle()
        if service.status != STARTING:
            return
    _refuse(
        call,
        host,
        service,
        "Server startup is being delayed because fabric pool manager has not finished initial placement of users "
        "(event 32174).",
    )
