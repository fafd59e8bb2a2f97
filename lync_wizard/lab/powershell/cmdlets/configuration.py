"""What the Central Management store holds and where it is: export, import, pointer, locations, policies, pairing."""

from __future__ import annotations

import fnmatch

from lync_wizard.lab.farm import exports, topology
from lync_wizard.lab.farm.state import LisLocation
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import document, not_found


@cmdlet("Export-CsConfiguration")
def export_cs_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    local = bool(call.get("LocalStore", False))
    document(call, local=local)
    data = exports.configuration(topology.replicated(call.state, call.host) if local else call.state.cms)
    if call.get("AsBytes", False):
        call.work(3.0, "Reading the configuration")
        call.write(data)
        return
    path = call.target_file(str(call.get("FileName")))
    call.work(3.0, "Reading the configuration", "Writing the package")
    path.write_bytes(data)


@cmdlet("Import-CsConfiguration")
def import_cs_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    local = bool(call.get("LocalStore", False))
    if local:
        if not call.state.database(call.host_name, "rtclocal", "xds"):
            call.fail(
                "The local configuration store does not exist on this computer.", "ObjectNotFound", "NoLocalStore"
            )
    else:
        call.require_cms()
    data = call.get("ByteInput")
    data = call.source_file(str(call.get("FileName"))) if data is None else bytes(data)
    try:
        found = exports.read_configuration(data)
        topology.read_topology(found.topology)
    except ValueError as damaged:
        call.fail(str(damaged), "InvalidData", "InvalidPackage", exception="System.IO.FileFormatException")
    if not call.proceeds("Import-CsConfiguration", "the local store" if local else call.state.directory.cms_pointer):
        return
    call.work(6.0, "Reading the package", "Replacing topology, policies and settings")
    with call.simulation.change() as state:
        if local:
            call.host.local_store = found.topology
        else:
            state.cms.topology, state.cms.policies, state.cms.oauth = found.topology, found.policies, found.oauth
            state.cms.documents = found.documents
            topology.cms_changed(state, call.simulation.clock())


@cmdlet("Get-CsConfigurationStoreLocation")
def get_cs_configuration_store_location(call: Call) -> None:
    pointer, mirror = call.state.directory.cms_pointer, call.state.directory.cms_mirror
    if pointer:
        shown = pointer.rstrip("\\")
        properties = {"BackEndServer": shown, "MirrorServer": mirror.rstrip("\\") or None}
        call.emit("Microsoft.Rtc.Management.Xds.ConfigurationStoreLocation", properties, shown)
    call.report()


@cmdlet("Set-CsConfigurationStoreLocation")
def set_cs_configuration_store_location(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    pointer = _named(call, "SqlServerFqdn", "SqlInstanceName")
    mirror = _named(call, "MirrorSqlServerFqdn", "MirrorSqlInstanceName")
    if not call.get("SkipLookup", False):
        # A mirror cannot be opened: that its server answers is all there is to look up.
        server, _, name = pointer.partition("\\")
        if not call.state.database(server, name, "xds") or not _stands(call, server):
            call.fail(
                f'Cannot open database "xds" on "{pointer}". Create the databases first, or check the name.',
                "ConnectionError",
                "SqlConnectionFailed",
            )
        if mirror and (mirror.lower() not in call.state.instances or not _stands(call, mirror.partition("\\")[0])):
            call.fail(
                f'Cannot connect to the SQL Server instance "{mirror}". The server was not found.',
                "ConnectionError",
                "SqlConnectionFailed",
            )
    if call.proceeds("Set-CsConfigurationStoreLocation", pointer):
        call.work(2.0, "Writing the service connection point")
        with call.simulation.change() as state:
            state.directory.cms_pointer, state.directory.cms_mirror = pointer, mirror
    call.report()


def _named(call: Call, server: str, instance: str) -> str:
    """The instance that two parameters name, ``fqdn\\instance`` (``fqdn\\`` the default one); empty for none."""
    return f"{call.get(server)}\\{call.get(instance) or ''}" if call.get(server) else ""


def _stands(call: Call, server: str) -> bool:
    host = call.state.host(server)
    return host is not None and host.present and call.delegated(host.fqdn)


@cmdlet("Get-CsManagementConnection")
def get_cs_management_connection(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    pointer, mirror = call.state.directory.cms_pointer, call.state.directory.cms_mirror
    if not pointer:
        call.fail(topology.cms_trouble(call.state), "ObjectNotFound", "NoServiceConnectionPoint")
    server, _, name = pointer.partition("\\")
    partner = f";Failover Partner={mirror}" if mirror else ""
    properties = {
        "StoreProvider": "Sql",
        "Connection": f"Data Source={pointer.rstrip(chr(92))}{partner};Initial Catalog=xds;Integrated Security=True",
        "ReadOnly": False,
        "SqlServer": server,
        "SqlInstance": name,
    }
    call.emit("Microsoft.Rtc.Management.Xds.ManagementConnection", properties, str(properties["Connection"]))


# Locations


@cmdlet("Export-CsLisConfiguration")
def export_cs_lis_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    data = exports.locations(call.state.cms.locations)
    if call.get("AsBytes", False):
        call.write(data)
        return
    path = call.target_file(str(call.get("FileName")), new=True)
    call.work(2.0, "Reading the location information")
    path.write_bytes(data)


@cmdlet("Import-CsLisConfiguration")
def import_cs_lis_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    data = call.get("ByteInput")
    data = call.source_file(str(call.get("FileName"))) if data is None else bytes(data)
    try:
        found = exports.read_locations(data)
    except exports.DamagedExport as damaged:
        call.fail(str(damaged), "InvalidData", "InvalidPackage", exception="System.IO.FileFormatException")
    call.work(3.0, "Importing the location information")
    if call.simulation.fault("imported-in-part", call.host_name, call.name):
        found = found[:1]
    with call.simulation.change() as state:
        # An import merges: what was added since stays (pitfall P48).
        imported = {_place(place): place for place in found}
        same = {_place(p): p for p in state.cms.locations if p.published}
        kept = [p for p in state.cms.locations if _place(p) not in imported]
        for key, place in imported.items():
            place.published = key in same and same[key].subnets == place.subnets
        state.cms.locations = kept + list(imported.values())


def _place(place: LisLocation) -> tuple[str, ...]:
    return (place.company, place.location, place.house_number, place.street, place.city, place.country)


@cmdlet("Publish-CsLisConfiguration")
def publish_cs_lis_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    if not call.proceeds("Publish-CsLisConfiguration", "the location configuration"):
        return
    call.work(2.0, "Publishing the location configuration")
    with call.simulation.change() as state:
        if any(not place.published for place in state.cms.locations):
            for place in state.cms.locations:
                place.published = True
            topology.cms_changed(state, call.simulation.clock())


@cmdlet("Get-CsLisLocation")
def get_cs_lis_location(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    for place in call.state.cms.locations:
        if call.get("Unreferenced", False) and place.subnets:
            continue
        properties = {
            "CompanyName": place.company,
            "Location": place.location,
            "HouseNumber": place.house_number,
            "StreetName": place.street,
            "City": place.city,
            "State": place.state,
            "PostalCode": place.postal_code,
            "Country": place.country,
        }
        call.emit("Microsoft.Rtc.Management.Lis.LisLocation", properties, place.location)


@cmdlet("Get-CsLisSubnet")
def get_cs_lis_subnet(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    for place in call.state.cms.locations:
        for subnet in place.subnets:
            properties = {"Subnet": subnet, "Location": place.location, "City": place.city}
            call.emit("Microsoft.Rtc.Management.Lis.LisSubnet", properties, subnet)


# Settings


@cmdlet("Get-CsClientPolicy", "Get-CsUserServicesPolicy")
def get_cs_policy(call: Call) -> None:
    document(call, local=call.get("LocalStore", False))
    kind = call.name.removeprefix("Get-Cs")
    wanted = str(call.get("Identity") or call.get("Filter") or "*").lower()
    found = {i.partition(":")[2]: s for i, s in call.state.cms.policies.items() if i.startswith(f"{kind}:")}
    names = [name for name in found if fnmatch.fnmatch(name.lower(), wanted)]
    if not names and "*" not in wanted:
        not_found(call, wanted)
    for name in names:
        properties = {"Identity": name, **found[name]}
        call.emit(f"Microsoft.Rtc.Management.WritableConfig.Policy.{kind}", properties, name)
