"""A small deployment: fe01 with the Central Management store, se01 that is lost after the snapshot."""

from __future__ import annotations

import copy
from pathlib import Path

from lync_wizard.lab.farm import topology as farm
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import (
    RUNNING,
    Account,
    Certificate,
    Cms,
    Computer,
    Conference,
    Contact,
    ContactObject,
    Directory,
    Host,
    PoolStore,
    Replica,
    RgsObject,
    SqlInstance,
    State,
    User,
    UserData,
)
from lync_wizard.lab.verdict import restore

FE, SE, BACKUP = "fe01.contoso.com", "se01.contoso.com", "backup01.contoso.com"
LEVEL = "5.0.8308.1068"
_ROLES = ("Registrar", "UserServices", "WebServices", "ConfServices", "ApplicationServer")


def topology() -> str:
    """A published topology with two Standard Edition servers, as far as the lab reads it."""
    clusters, services = [], []
    for number, fqdn in (("1", FE), ("2", SE)):
        key = f'<ClusterId SiteId="1" Number="{number}"/>'
        machine = f'<Machine OrdinalInCluster="1" Fqdn="{fqdn}"/>'
        clusters.append(f'<Cluster Fqdn="{fqdn}" RequiresSetup="true">{key}{machine}</Cluster>')
        stores = ("UserStore", "ApplicationStore") + (("CentralMgmtStore",) if fqdn == FE else ())
        for role in stores + _ROLES + (("CentralMgmt",) if fqdn == FE else ()):
            sql = '<SqlInstanceId Name="rtc">' if role in stores else ""
            placed = f"{sql}{key}</SqlInstanceId>" if sql else key
            store = f'<ServiceId SiteId="1" RoleName="UserStore" Instance="{number}"/>'
            needs = f"<DependsOn>{store}</DependsOn>" if role == "UserServices" else ""
            services.append(
                f'<Service ServiceVersion="6"><ServiceId SiteId="1" RoleName="{role}" Instance="{number}"/>'
                f"{needs}<InstalledOn>{placed}</InstalledOn></Service>"
            )
    return (
        '<Topology><CentralSite SiteId="1"><Name>Redmond</Name></CentralSite>'
        f"<Clusters>{''.join(clusters)}</Clusters><Services>{''.join(services)}</Services></Topology>"
    )


def _server(fqdn: str) -> Host:
    services = farm.windows_services(farm.read_topology(topology()), fqdn)
    for service in services.values():
        service.status = RUNNING
    return Host(
        fqdn,
        clean=False,
        name=fqdn.partition(".")[0],
        suffix="contoso.com",
        domain="contoso.com",
        services=services,
        groups={"Administrators": ["CONTOSO\\Domain Admins"]},
        certificates=[Certificate(f"AB{fqdn[:4]}", f"CN={fqdn}", "CN=CA", "", "", ["Default", "WebServicesInternal"])],
        lync_version=LEVEL,
        module=True,
        steps=[1, 2, 3, 4],
        local_store=topology(),
        shares={"LyncShare": "C:\\LyncShare"},
        acl_set=["LyncShare"],
    )


def _file_server() -> Host:
    return Host(
        BACKUP, name="backup01", suffix="contoso.com", domain="contoso.com", shares={"LyncBackup": "C:\\LyncBackup"}
    )


def _instances(fqdn: str) -> dict[str, SqlInstance]:
    found = farm.databases(farm.read_topology(topology()), fqdn)
    return {f"{fqdn}\\{name}": SqlInstance(fqdn, name, content) for name, content in found.items()}


def healthy(folder: Path) -> Simulation:
    """The deployment at the moment of the backup, its snapshot taken."""
    names = ("ann", "bob", "cyd")
    users = {f"{n}@contoso.com": User(f"{n}@contoso.com", n.title(), n, SE) for n in names}
    store = PoolStore(
        users={
            sip: UserData(
                [Contact("zoe@contoso.com"), Contact("max@contoso.com")], {"1": "Team"}, [Conference("C1", "")]
            )
            for sip in users
        },
        rgs=[RgsObject("Queue", "1", "Sales", SE), RgsObject("Workflow", "2", "Sales", SE)],
    )
    state = State(
        "small",
        Directory(
            "contoso.com",
            "CONTOSO",
            computers={n: Computer(n, f"{n}.contoso.com", ["RTCHSUniversalServices"]) for n in ("fe01", "se01")},
            users=users,
            accounts={"lyncadmin": Account("lyncadmin", ["Domain Admins"])},
            contact_objects=[ContactObject("sales@contoso.com", "Sales", SE)],
            cms_pointer=f"{FE}\\rtc",
        ),
        Cms(topology(), policies={"ClientPolicy:Global": {"Mode": "1"}}),
        hosts={FE: _server(FE), SE: _server(SE), BACKUP: _file_server()},
        instances={**_instances(FE), **_instances(SE)},
        replicas={fqdn: Replica(fqdn, 1, LEVEL) for fqdn in (FE, SE)},
        stores={SE: store, FE: PoolStore()},
    )
    simulation = Simulation(folder, state, speed=1000)
    for fqdn in (FE, SE):
        share = simulation.disk(fqdn) / "LyncShare" / "1-ApplicationServer-1"
        share.mkdir(parents=True)
        (share / "welcome.wav").write_bytes(b"RIFF" + fqdn.encode())
        (share / "Meeting.Active").write_bytes(b"locked")
    restore.take_snapshot(folder, state)
    simulation.save()
    return simulation


def lost(folder: Path) -> Simulation:
    """The same after the disaster: the hardware of se01 is gone; the directory and the topology keep it."""
    simulation = healthy(folder)
    with simulation.change() as state:
        gone = state.hosts[SE]
        state.hosts[SE] = Host(SE, present=False, windows=gone.windows)
        state.lost = [SE]
        state.stores[SE] = PoolStore()
        for key in [key for key in state.instances if key.startswith(SE)]:
            del state.instances[key]
    simulation.wipe_disk(SE)
    return simulation


def bring_back_data(simulation: Simulation) -> None:
    """What the wizard's own steps restore: file store, user data, Response Groups, permissions."""
    before = copy.deepcopy(restore.snapshot(simulation.folder))
    with simulation.change() as state:
        state.stores[SE] = before.stores[SE]
        state.hosts[SE].shares["LyncShare"] = "C:\\LyncShare"
        state.hosts[SE].acl_set.append("LyncShare")
    share = simulation.disk(SE) / "LyncShare" / "1-ApplicationServer-1"
    share.mkdir(parents=True)
    (share / "welcome.wav").write_bytes(b"RIFF" + SE.encode())
