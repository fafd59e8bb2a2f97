"""Active Directory's cmdlets: computer accounts, groups, and who may set Lync up."""

from __future__ import annotations

from lync_wizard.lab.farm.state import Computer
from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.enumerations import GROUP_CATEGORY, GROUP_SCOPE


def _dn(call: Call, group: str) -> str:
    parts = ",".join(f"DC={part}" for part in call.state.directory.domain.split("."))
    return f"CN={group},CN=Users,{parts}"


def _computer(call: Call, identity: str) -> Computer | None:
    name = identity.lower().removesuffix("$")
    found = call.state.directory.computers.get(name.removeprefix("cn=").partition(",")[0])
    return found or next((c for c in call.state.directory.computers.values() if c.fqdn.lower() == name), None)


def _not_found(call: Call, identity: str) -> None:
    domain = ",".join(f"DC={part}" for part in call.state.directory.domain.split("."))
    call.error(
        f"Cannot find an object with identity: '{identity}' under: '{domain}'.",
        "ObjectNotFound",
        "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException",
        target=identity,
        exception="Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException",
    )


@cmdlet("Get-ADComputer")
def get_ad_computer(call: Call) -> None:
    identity = call.get("Identity")
    if identity is None:
        found = list(call.state.directory.computers.values())
    else:
        computer = _computer(call, str(identity))
        found = [computer] if computer else []
        if computer is None:
            _not_found(call, str(identity))
    wanted = {str(name).lower() for name in call.get("Properties") or []}
    for computer in found:
        properties = {
            "DistinguishedName": _dn(call, computer.name.upper()).replace("CN=Users", "CN=Computers"),
            "DNSHostName": computer.fqdn,
            "Enabled": computer.enabled,
            "Name": computer.name.upper(),
            "ObjectClass": "computer",
            "SamAccountName": f"{computer.name.upper()}$",
        }
        if wanted & {"memberof", "*"}:
            properties["MemberOf"] = [_dn(call, group) for group in computer.groups]
        call.emit("Microsoft.ActiveDirectory.Management.ADComputer", properties, str(properties["DistinguishedName"]))


@cmdlet("Get-ADPrincipalGroupMembership")
def get_ad_principal_group_membership(call: Call) -> None:
    identity = str(call.get("Identity"))
    computer = _computer(call, identity)
    account = call.simulation.account(identity if "\\" in identity else f"\\{identity}")
    if computer is None and account is None:
        _not_found(call, identity)
        return
    for group in [*(computer.groups if computer else []), *(account.groups if account else [])]:
        _emit_group(call, group)


@cmdlet("Get-ADGroup")
def get_ad_group(call: Call) -> None:
    identity = str(call.get("Identity"))
    name = next((g for g in call.state.directory.groups if g.lower() == identity.lower()), None)
    if name is None:
        _not_found(call, identity)
    else:
        _emit_group(call, name)


def _emit_group(call: Call, name: str) -> None:
    properties = {"DistinguishedName": _dn(call, name), "Name": name, "SamAccountName": name}
    properties |= {"GroupCategory": GROUP_CATEGORY("Security"), "GroupScope": GROUP_SCOPE("Universal")}
    call.emit("Microsoft.ActiveDirectory.Management.ADGroup", properties)


@cmdlet("Test-CsSetupPermission")
def test_cs_setup_permission(call: Call) -> None:
    """True for domain administrators, and where Grant-CsSetupPermission was run for the organisational unit (P7)."""
    unit = str(call.get("ComputerOU"))
    granted = [str(name).lower() for name in call.state.facts.get("setup-permission", [])]
    call.write("Domain Admins" in call.groups() or unit.lower() in granted)
