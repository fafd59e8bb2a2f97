"""The Response Group application: listed, exported, imported."""

from __future__ import annotations

from lync_wizard.lab.farm import exports, pairing, topology
from lync_wizard.lab.farm.state import ContactObject, PoolStore, RgsObject, State
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

GROUPS = (LYNC_ADMINS, "CsResponseGroupAdministrator")


def service_pool(call: Call, parameter: str) -> str:
    """The pool in ``service:ApplicationServer:<fqdn>``, ``service:`` optional. Ends the command for any other."""
    text = str(call.get(parameter))
    parts = text.removeprefix("service:").partition("/")[0].split(":")
    pools = {s.cluster for s in topology.topology(call.state).services if s.role == "ApplicationServer"}
    if len(parts) != 2 or parts[0].lower() != "applicationserver":
        call.fail(
            f"Cannot bind parameter '{parameter}'. Cannot convert value \"{text}\" to type "
            f'"Microsoft.Rtc.Rgs.Management.RgsIdentity". Error: "Invalid identity: {text}"',
            "InvalidArgument",
            "CannotConvertArgumentNoMessage",
            exception="System.Management.Automation.ParameterBindingException",
        )
    if parts[1].lower() not in pools:
        call.fail(f'Cannot find "{text}" in the topology.', "ObjectNotFound", "ServiceNotFound", target=text)
    return parts[1].lower()


def require_application(call: Call, pool: str, *, running: bool) -> PoolStore:
    """The pool's store. Ends the command where the database, or (``running``) the service, does not answer."""
    holder = topology.holder(call.state, "ApplicationStore", pool, "rgsconfig")
    if holder is None or not call.delegated(holder.host):
        call.fail(
            f'Cannot open the database "rgsconfig" of pool "{pool}".',
            "ConnectionError",
            "SqlConnectionFailed",
            exception="System.Data.SqlClient.SqlException",
        )
    if running and not any(
        topology.running(call.state, m, "RTCRGS", "RTCSRV") for m in topology.pool_machines(call.state, pool)
    ):
        call.fail(
            f'The Response Group service of pool "{pool}" is not running. Start the services and try again.',
            "ResourceUnavailable",
            "RgsServiceUnavailable",
        )
    return call.state.stores.setdefault(pool, PoolStore())


@cmdlet("Get-CsRgsAgentGroup", "Get-CsRgsHoursOfBusiness", "Get-CsRgsHolidaySet", "Get-CsRgsQueue", "Get-CsRgsWorkflow")
def get_cs_rgs(call: Call) -> None:
    call.require_group(*GROUPS)
    call.require_cms()
    kind = call.name.removeprefix("Get-CsRgs")
    if call.get("Identity") is not None:
        pools = [service_pool(call, "Identity")]
    else:
        pools = [s.cluster for s in topology.topology(call.state).services if s.role == "ApplicationServer"]
    owner = service_pool(call, "Owner") if call.get("Owner") is not None else ""
    for pool in pools:
        for item in require_application(call, pool, running=False).rgs:
            # Imported objects stay hidden unless requested (pitfall P47).
            shown = call.get("ShowAll", False) or (item.owner == owner if owner else not item.imported)
            if item.kind == kind and shown and call.get("Name") in (None, item.name):
                _emit(call, pool, item)


def _emit(call: Call, pool: str, item: RgsObject) -> None:
    identity = f"service:ApplicationServer:{pool}/{item.id}"
    properties = {"Identity": identity, "Name": item.name, "OwnerPool": item.owner, **item.properties}
    call.emit(f"Microsoft.Rtc.Rgs.Management.WritableSettings.{item.kind}", properties, item.name)


@cmdlet("Get-CsRgsConfiguration")
def get_cs_rgs_configuration(call: Call) -> None:
    call.require_group(*GROUPS)
    call.require_cms()
    pool = service_pool(call, "Identity")
    store = require_application(call, pool, running=False)
    properties = {"Identity": f"service:ApplicationServer:{pool}", **store.rgs_settings}
    call.emit("Microsoft.Rtc.Rgs.Management.WritableSettings.ServiceSettings", properties)


@cmdlet("Export-CsRgsConfiguration")
def export_cs_rgs_configuration(call: Call) -> None:
    call.require_group(*GROUPS)
    call.require_cms()
    pool = service_pool(call, "Source")
    store = require_application(call, pool, running=False)
    path = call.target_file(str(call.get("FileName")), new=True)
    owner = service_pool(call, "Owner") if call.get("Owner") is not None else ""
    chosen = [item for item in store.rgs if not owner or item.owner == owner]
    call.work(4.0, "Reading the Response Group configuration", "Writing the package")
    path.write_bytes(exports.response_groups(chosen, store.rgs_settings))
    if call.get("RemoveExportedConfiguration", False):
        with call.simulation.change():
            store.rgs = [item for item in store.rgs if item not in chosen]


@cmdlet("Import-CsRgsConfiguration")
def import_cs_rgs_configuration(call: Call) -> None:
    call.require_group(*GROUPS)
    call.require_cms()
    pool = service_pool(call, "Destination")
    store = require_application(call, pool, running=True)
    try:
        found, settings = exports.read_response_groups(call.source_file(str(call.get("FileName"))))
    except exports.DamagedExport as damaged:
        call.fail(str(damaged), "InvalidData", "InvalidPackage", exception="System.IO.FileFormatException")
    takes_over = bool(call.get("OverwriteOwner", False))
    addresses = {str(i.properties.get("PrimaryUri", "")).lower() for i in found if i.kind == "Workflow"}
    there = [c for c in call.state.directory.contact_objects if c.sip.lower() in addresses]
    # An object that this database does not hold, but whose contact object exists, belongs to somebody (pitfall P44).
    # Only its backup pool may hold a pool's objects with the owner they have.
    foreign = [
        c
        for c in there
        if not any(i.properties.get("PrimaryUri") == c.sip for i in store.rgs)
        and pairing.partner(call.state, c.owner) != pool
    ]
    if foreign and not takes_over:
        call.fail(
            f"The import failed: the contact object for {foreign[0].sip} already exists in Active Directory and is "
            f'owned by "ApplicationServer:{foreign[0].owner}". Use the OverwriteOwner parameter to take ownership.',
            "ResourceExists",
            "ContactObjectAlreadyExists",
            target=foreign[0].sip,
        )
    if call.simulation.fault("imported-in-part", call.host_name, call.name):
        found = [item for item in found if item is next((i for i in found if i.kind == "Workflow"), None)]
    _resolve_names(call, store, found)
    call.work(6.0, "Reading the package", "Importing agent groups and queues", "Importing workflows")
    with call.simulation.change() as state:
        ids = {item.id for item in found}
        store.rgs = [item for item in store.rgs if item.id not in ids]
        for item in found:
            item.owner = pool if takes_over else item.owner
            item.imported = True
            store.rgs.append(item)
            if item.kind == "Workflow":
                _own_contact(state, item)
        if call.get("ReplaceExistingRgsSettings", False):
            store.rgs_settings = settings


def _resolve_names(call: Call, store: PoolStore, found: list[RgsObject]) -> None:
    taken = {(item.kind, item.name.lower()): item.id for item in store.rgs}
    for item in found:
        other = taken.get((item.kind, item.name.lower()))
        if other in (None, item.id):
            continue
        if not call.get("ResolveNameConflicts", False):
            call.fail(
                f'The import failed: an object named "{item.name}" already exists in the destination pool.',
                "ResourceExists",
                "NameConflict",
                target=item.name,
            )
        item.name = f"{item.name}_{item.id[:8]}"


def _own_contact(state: State, workflow: RgsObject) -> None:
    sip = str(workflow.properties.get("PrimaryUri", ""))
    contact = next((c for c in state.directory.contact_objects if c.sip.lower() == sip.lower()), None)
    if contact is None:
        state.directory.contact_objects.append(ContactObject(sip, workflow.name, workflow.owner))
    else:
        contact.owner = workflow.owner
