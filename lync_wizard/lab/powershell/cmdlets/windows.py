"""Windows itself: commands and modules, services, CIM classes, certificates' store, shares, date, restart."""

from __future__ import annotations

import fnmatch
from datetime import UTC, datetime
from typing import Any

from lync_wizard.core import catalogue
from lync_wizard.lab.farm import network
from lync_wizard.lab.farm.state import RUNNING, STOPPED, Host, Service, State
from lync_wizard.lab.powershell import bootstrapper, enumerations, reg_program
from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.objects import property_of
from lync_wizard.lab.powershell.parameter_binding import command_not_found
from lync_wizard.lab.powershell.programs import PROGRAMS
from lync_wizard.lab.winrm.net_values import Version

NOT_IN_2013 = frozenset(
    {
        "start-cspool", "invoke-csstorageserviceflush", "debug-csstorageservicefailures", "invoke-cscomputerfailover",
        "invoke-cscomputerfailback", "invoke-csrgsstorereplicatedata",
    }
)  # fmt: skip
"""Newer than Lync Server 2013 (pitfall P56)."""


def module_of(name: str) -> str:
    """The PowerShell module that a command comes from."""
    noun = name.lower().partition("-")[2]
    if noun.startswith("cs") and noun != "csv":
        return "Lync"
    if noun.startswith("ad"):
        return "ActiveDirectory"
    if noun.startswith("smb"):
        return "SmbShare"
    if noun.startswith("cim"):
        return "CimCmdlets"
    core = {"command", "module", "object"}
    management = {"item", "childitem", "service", "wmiobject", "hotfix", "computer", "path"}
    if noun in core and name.lower() not in {"select-object", "measure-object"}:
        return "Microsoft.PowerShell.Core"
    return f"Microsoft.PowerShell.{'Management' if noun in management else 'Utility'}"


def installed_modules(host: Host) -> list[str]:
    found = ["CimCmdlets", "Microsoft.PowerShell.Core", "Microsoft.PowerShell.Management"]
    found += ["Microsoft.PowerShell.Utility", "SmbShare"]
    found += ["ActiveDirectory"] if "NTDS" in host.services else []
    return found + (["Lync"] if host.module else [])


def known_command(host: Host, name: str) -> catalogue.Syntax | None:
    """A command that the host knows: modules that are installed load by themselves (PowerShell 3)."""
    syntax = catalogue.load().get(name)
    if syntax is None or name.lower() in NOT_IN_2013 or module_of(syntax.name) not in installed_modules(host):
        return None
    return syntax


@cmdlet("Get-Command")
def get_command(call: Call) -> None:
    known = [n for n in catalogue.load().names if known_command(call.host, n)]
    modules = [m.lower() for m in call.get("Module") or []]
    known = [n for n in known if not modules or any(fnmatch.fnmatch(module_of(n).lower(), m) for m in modules)]
    for wanted in call.get("Name") or ["*"]:
        found = [n for n in known if fnmatch.fnmatch(n.lower(), wanted.lower())]
        for name in found:
            _show_command(call, name)
        program = wanted.lower().removesuffix(".exe")
        if program in PROGRAMS:
            kind = enumerations.COMMAND_TYPE("Application")
            properties = {"Name": f"{program}.exe", "ModuleName": "", "CommandType": kind, "Parameters": {}}
            call.emit("System.Management.Automation.ApplicationInfo", properties, f"{program}.exe")
        elif not found and "*" not in wanted:
            record = command_not_found(wanted).record
            call.error(record.message, record.category, record.error_id, target=wanted, exception=record.exception)


def _show_command(call: Call, name: str) -> None:
    syntax = catalogue.load().get(name)
    if syntax is None:
        return
    if call.get("Syntax", False):
        call.write("\n".join(f"{name} {' '.join(f'[-{p.name}]' for p in s.parameters)}" for s in syntax.sets))
        return
    names = [*(p.name for p in syntax.parameters.values()), *sorted(catalogue.COMMON)]
    parameters = dict.fromkeys(names, "System.Management.Automation.ParameterMetadata")
    kind = enumerations.COMMAND_TYPE("Function" if module_of(name) == "SmbShare" else "Cmdlet")
    properties = {"Name": name, "ModuleName": module_of(name), "CommandType": kind, "Parameters": parameters}
    call.emit("System.Management.Automation.CmdletInfo", properties, name)


@cmdlet("Get-Module")
def get_module(call: Call) -> None:
    listed = installed_modules(call.host) if call.get("ListAvailable", False) else sorted(call.modules)
    wanted = [n.lower() for n in call.get("Name") or ["*"]]
    for name in listed:
        if any(fnmatch.fnmatch(name.lower(), pattern) for pattern in wanted):
            kind = enumerations.MODULE_TYPE("Manifest")
            properties = {"Name": name, "Version": Version("1.0"), "ModuleType": kind, "Path": _module_path(name)}
            call.emit("System.Management.Automation.PSModuleInfo", properties, name)


def _module_path(name: str) -> str:
    if name == "Lync":
        return "C:\\Program Files\\Common Files\\Microsoft Lync Server 2013\\Modules\\Lync\\Lync.psd1"
    return f"C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules\\{name}\\{name}.psd1"


@cmdlet("Import-Module")
def import_module(call: Call) -> None:
    known = {name.lower(): name for name in installed_modules(call.host)}
    for wanted in call.get("Name"):
        if wanted.lower() not in known:
            call.error(
                f"The specified module '{wanted}' was not loaded because no valid module file was found in any module "
                "directory.",
                "ResourceUnavailable",
                "Modules_ModuleNotFound",
                target=wanted,
                exception="System.IO.FileNotFoundException",
            )
            continue
        if known[wanted.lower()] not in call.modules:
            call.work(1.0)
        call.modules.add(known[wanted.lower()])
        if call.get("PassThru", False):
            call.emit("System.Management.Automation.PSModuleInfo", {"Name": known[wanted.lower()]}, wanted)


@cmdlet("Get-Date")
def get_date(call: Call) -> None:
    now = call.get("Date") or datetime.fromtimestamp(call.simulation.clock(), UTC)
    call.write(now.strftime("%Y-%m-%dT%H:%M:%SZ") if call.get("Format") else now)


@cmdlet("Get-Service")
def get_service(call: Call) -> None:
    for fqdn in call.get("ComputerName") or [call.host_name]:
        host = call.state.host(fqdn)
        if host is None or not host.present or not call.delegated(fqdn):
            call.error(f"Cannot open Service Control Manager on computer '{fqdn}'.", "OpenError", "GetServiceFailed")
            continue
        for wanted in call.get("Name") or ["*"]:
            there = [*host.services.values(), _firewall(host)]
            found = [s for s in there if fnmatch.fnmatch(s.name.lower(), wanted.lower())]
            for service in found:
                properties = {"Name": service.name, "DisplayName": service.display, "ServiceName": service.name}
                properties |= {"MachineName": host.fqdn, "Status": enumerations.SERVICE_STATUS(service.status)}
                call.emit("System.ServiceProcess.ServiceController", properties, service.name)
            if not found and "*" not in wanted:
                call.error(
                    f"Cannot find any service with service name '{wanted}'.",
                    "ObjectNotFound",
                    "NoServiceFoundForGivenName",
                    target=wanted,
                )


def _firewall(host: Host) -> Service:
    return Service("MpsSvc", "Windows Firewall", "", RUNNING if host.firewall else STOPPED)


@cmdlet("Get-CimInstance", "Get-WmiObject")
def get_cim_instance(call: Call) -> None:
    wanted = str(call.get("ClassName") or call.get("Class"))
    host = call.host
    rows = {name.lower(): (name, found) for name, found in _classes(call.state, host).items()}.get(wanted.lower())
    if rows is None:
        call.error("Invalid class", "InvalidArgument", "HRESULT 0x80041010", target=wanted)
        return
    name, found = rows
    left, equals, right = str(call.get("Filter") or "").partition("=")
    for properties in found:
        if not equals or str(property_of(properties, left.strip())).lower() == right.strip().strip("'\"").lower():
            call.emit(f"Microsoft.Management.Infrastructure.CimInstance#root/cimv2/{name}", properties, name)


@cmdlet("Get-ItemProperty")
def get_item_property(call: Call) -> None:
    """The registry: the name the network knows the computer by, the installed programs, and the values set later."""
    host = call.host
    found: list[dict[str, Any]]
    for path in call.get("Path") or call.get("LiteralPath") or []:
        match str(path).lower().rstrip("\\"):
            case r"hklm:\system\currentcontrolset\services\tcpip\parameters":
                found = [
                    {"Hostname": host.name, "Domain": host.suffix, "NV Hostname": host.name, "NV Domain": host.suffix}
                ]
            case r"hklm:\software\microsoft\windows\currentversion\uninstall\*":
                core = {
                    "DisplayName": "Microsoft Lync Server 2013, Core Components",
                    "DisplayVersion": host.lync_version,
                }
                found = [core] if host.lync_version else []
            case bootstrapper.CORE_KEY if host.module:
                found = [{"InstallDir": bootstrapper.INSTALL_DIR, "Version": host.lync_version}]
            case key if key in (known := reg_program.keys_of(host)):
                found = [known[key]]
            case _:
                call.error(f"Cannot find path '{path}' because it does not exist.", "ObjectNotFound", "PathNotFound")
                continue
        for properties in found:
            call.emit("System.Management.Automation.PSCustomObject", properties, str(properties))


def _classes(state: State, host: Host) -> dict[str, list[dict[str, Any]]]:
    full = any(f.kind == "disk-full" and f.times and f.host.lower() in ("", host.fqdn) for f in state.faults)
    free = 0 if full else host.disk_free
    products = [{"Name": "Microsoft Lync Server 2013, Core Components", "Version": host.lync_version}]
    system = {
        "Name": host.name.upper(),
        "DNSHostName": host.name,
        "Domain": host.domain or "WORKGROUP",
        "PartOfDomain": bool(host.domain),
        "Manufacturer": "Contoso",
        "Model": "Lab",
        "TotalPhysicalMemory": 32 << 30,
    }
    windows = {
        "Caption": host.windows,
        "Version": host.windows_version,
        "CSName": host.name.upper(),
        "OSArchitecture": "64-bit",
        "ServicePackMajorVersion": 0,
        "FreePhysicalMemory": 16 << 20,
    }
    disk = {"DeviceID": "C:", "DriveType": 3, "FileSystem": "NTFS", "FreeSpace": free, "Size": host.disk_size}
    suffixes = [s for s in dict.fromkeys((host.suffix, host.domain)) if s]
    return {
        "Win32_ComputerSystem": [system],
        "Win32_OperatingSystem": [windows],
        "Win32_LogicalDisk": [disk],
        "Win32_Product": products if host.lync_version else [],
        "Win32_NetworkAdapterConfiguration": [
            {
                "IPEnabled": True,
                "DNSHostName": host.name,
                "DNSDomainSuffixSearchOrder": suffixes,
                "DefaultIPGateway": [gateway],
            }
            for gateway in host.gateways or [""]
        ],
        "Win32_IP4PersistedRouteTable": network.persisted_routes(host),
    }


@cmdlet("Get-SmbShare")
def get_smb_share(call: Call) -> None:
    wanted = [n.lower() for n in call.get("Name") or ["*"]]
    found = [n for n in call.host.shares if any(fnmatch.fnmatch(n.lower(), w) for w in wanted)]
    for name in found:
        properties = {"Name": name, "Path": call.host.shares[name], "ScopeName": "*", "Description": ""}
        call.emit(
            "Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/SMB/MSFT_SmbShare", properties
        )
    if not found and not any("*" in w for w in wanted):
        call.error("No MSFT_SMBShare objects found.", "ObjectNotFound", "CmdletizationQuery_NotFound_Name")


@cmdlet("Get-SmbShareAccess")
def get_smb_share_access(call: Call) -> None:
    for wanted in call.get("Name"):
        name = next((n for n in call.host.shares if n.lower() == wanted.lower()), None)
        if name is None:
            call.error("No MSFT_SMBShare objects found.", "ObjectNotFound", "CmdletizationQuery_NotFound_Name")
            continue
        for grant in call.host.share_grants.get(name, ["Everyone,READ"]):
            account, _, right = grant.partition(",")
            properties = {"Name": name, "AccountName": account, "AccessRight": enumerations.SHARE_RIGHT(right)}
            properties["AccessControlType"] = enumerations.SHARE_CONTROL("Allow")
            call.emit("MSFT_SmbShareAccessControlEntry", properties)


@cmdlet("Get-HotFix")
def get_hot_fix(call: Call) -> None:
    for wanted in call.get("Id") or ["KB2919355"]:
        call.emit("System.Management.ManagementObject#root\\cimv2\\Win32_QuickFixEngineering", {"HotFixID": wanted})


@cmdlet("Restart-Computer")
def restart_computer(call: Call) -> None:
    for fqdn in call.get("ComputerName") or [call.host_name]:
        if not call.proceeds("Restart-Computer", fqdn):
            continue
        host = call.state.host(fqdn)
        if host is None or not host.present:
            call.error(f"Failed to restart the computer {fqdn}: The RPC server is unavailable.", "OperationStopped")
        else:
            call.work(5.0)
