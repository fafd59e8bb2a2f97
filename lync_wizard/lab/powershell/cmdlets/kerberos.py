"""The account that web services of a site authenticate with: its assignment, and its password in every IIS (P60)."""

from __future__ import annotations

from collections.abc import Iterator

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import Host
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import document


def web_servers(call: Call) -> Iterator[Host]:
    """The hosts of the topology whose IIS serves Lync."""
    known = topology.known(call.state)
    for fqdn, host in call.state.hosts.items():
        cluster = known.cluster_of(fqdn)
        if cluster and any(service.role == "WebServices" for service in known.on(cluster.fqdn)):
            yield host


@cmdlet("Get-CsKerberosAccountAssignment")
def get_cs_kerberos_account_assignment(call: Call) -> None:
    found = document(call, local=call.get("LocalStore", False))
    account = call.state.directory.kerberos_account
    for name in found.sites.values() if account else ():
        properties = {"Identity": f"Site:{name}", "UserAccount": account}
        call.emit(
            "Microsoft.Rtc.Management.WritableConfig.Settings.KerberosAccount.KerberosAccountAssignment", properties
        )


@cmdlet("Set-CsKerberosAccountPassword")
def set_cs_kerberos_account_password(call: Call) -> None:
    """Copies the password from one IIS to another, or sets a new one of the account in every IIS."""
    call.require_group(LYNC_ADMINS)
    directory = call.state.directory
    account = str(call.get("UserAccount", ""))
    if account and account.lower() != directory.kerberos_account.lower():
        call.fail(f'The account "{account}" is not assigned to any site.', "ObjectNotFound", "NoAssignment")
    password = directory.kerberos_password + 1 if account else _set_on(call, str(call.get("FromComputer")))
    aims = list(web_servers(call)) if account else [_reached(call, str(call.get("ToComputer")))]
    if not call.proceeds("Set-CsKerberosAccountPassword", account or aims[0].fqdn):
        return
    call.work(2.0, "Setting the password")
    with call.simulation.change():
        directory.kerberos_password = password if account else directory.kerberos_password
        for host in aims:
            if host.present and host.lync_version:
                host.kerberos_password = password
    call.report()


def _reached(call: Call, fqdn: str) -> Host:
    host = call.state.host(fqdn)
    if host is None or not host.present or not call.delegated(fqdn):
        call.fail(f'Cannot connect to the computer "{fqdn}".', "ConnectionError", "ComputerNotFound", target=fqdn)
    if not host.lync_version:
        call.fail(
            f'Web Services are not installed on "{fqdn}": IIS has no place for the password.',
            "InvalidOperation",
            "WebServicesNotInstalled",
            target=fqdn,
        )
    return host


def _set_on(call: Call, fqdn: str) -> int:
    host = _reached(call, fqdn)
    if not host.kerberos_password:
        call.fail(f'No Kerberos account password is set on "{fqdn}".', "ObjectNotFound", "PasswordNotSet", target=fqdn)
    return host.kerberos_password


@cmdlet("Test-CsKerberosAccountAssignment")
def test_cs_kerberos_account_assignment(call: Call) -> None:
    document(call)
    directory = call.state.directory
    if not directory.kerberos_account:
        call.fail(f'No Kerberos account is assigned to "{call.get("Identity")}".', "ObjectNotFound", "NoAssignment")
    call.work(2.0, "Testing the Kerberos account")
    for host in web_servers(call):
        right = host.kerberos_password == directory.kerberos_password
        call.write(f"{host.fqdn}: {'Success' if right else 'Failure: IIS does not have the password of the account.'}")
    call.report()
