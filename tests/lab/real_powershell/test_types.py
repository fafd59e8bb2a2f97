"""What kind of value arrives from the lab, whichever interpreter runs: as remoting sends .NET's types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core.timestamps import span_of
from lync_wizard.hosts import whole
from lync_wizard.hosts.command import Cmdlet, Pipeline, Switch
from lync_wizard.lab.server import process
from tests.lab.real_powershell.labs import Client, cmdlet, gone, run
from tests.scripts.real_powershell import real_powershell

ENUM = ["System.Enum", "System.ValueType", "System.Object"]


@pytest.fixture(scope="module", params=["built-in", "real"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Started]:
    pwsh = real_powershell() if request.param == "real" else None
    home = tmp_path_factory.mktemp("lab") / "home"
    yield process.start(home, "contoso-backup-service", seed=7, speed=10_000.0, powershell=pwsh)
    process.stop(home)
    assert request.param == "built-in" or gone(home), "a PowerShell outlived its lab"


@pytest.fixture(scope="module")
def pool(lab: process.Started) -> Iterator[RunspacePool]:
    wire = WSMan(
        "127.0.0.1", port=lab.hosts["fe01.contoso.com"], ssl=False, auth="negotiate", username="CONTOSO\\lyncadmin",
        password=lab.password.reveal(),
    )  # fmt: skip
    with wire, RunspacePool(wire) as opened:
        yield opened


def sent(pool: RunspacePool, *cmdlets: tuple[str, dict[str, Any]]) -> list[Any]:
    shell = PowerShell(pool)
    for name, parameters in cmdlets:
        shell.add_cmdlet(name).add_parameters(parameters)
    found = shell.invoke()
    assert not shell.had_errors, [str(error) for error in shell.streams.error]
    return list(found)


def test_a_member_of_an_enumeration_is_an_object_with_its_name(pool: RunspacePool) -> None:
    service = ("Get-Service", {"Name": "RTCSRV"})
    (alone,) = sent(pool, service, ("Select-Object", {"ExpandProperty": "Status"}))
    assert (alone.types, str(alone)) == (["System.ServiceProcess.ServiceControllerStatus", *ENUM], "Running")
    (chosen,) = sent(pool, service, ("Select-Object", {"Property": ["Status"]}))
    assert str(chosen.extended_properties["Status"]) == "Running"
    # Within an object of .NET remoting sends the name alone.
    (whole_service,) = sent(pool, service)
    assert whole_service.adapted_properties["Status"] == "Running"
    assert whole_service.types[0] == "System.ServiceProcess.ServiceController"


def test_an_enumeration_of_lync_is_compared_by_name(pool: RunspacePool) -> None:
    status = ("Get-CsBackupServiceStatus", {"PoolFqdn": "pool01.contoso.com"})
    modules = (status, ("Select-Object", {"ExpandProperty": "BackupModules"}))
    normal = {"Property": "ImportStatus", "EQ": True, "Value": "NORMALSTATE"}
    assert len(sent(pool, *modules, ("Where-Object", normal))) == len(sent(pool, *modules)) > 1
    (first, *_) = sent(pool, *modules, ("Select-Object", {"ExpandProperty": "ImportStatus"}))
    assert first.types[1:] == ENUM


def test_a_parameter_takes_the_beginning_of_a_name_and_refuses_what_is_none(lab: process.Started) -> None:
    client = Client(lab)
    session = client.session("fe01")
    pool01 = {"PoolFqdn": "pool01.contoso.com"}
    try:
        asked = cmdlet("Get-CsDatabaseMirrorState", DatabaseType="Use", **pool01)
        assert run(session, asked).state == "completed"
        refused = run(session, cmdlet("Get-CsDatabaseMirrorState", DatabaseType="BackEnd", **pool01))
        assert refused.state == "failed"
        assert refused.errors[0].error_id.startswith("CannotConvertArgumentNoMessage,")
        assert 'Cannot convert value "BackEnd" to type' in refused.errors[0].message
        assert "Application, Archiving, CentralAdmin" in refused.errors[0].message
    finally:
        client.close()


def test_versions_spans_and_xml(lab: process.Started) -> None:
    client = Client(lab)
    session = client.session("fe01")
    try:
        (settings,) = run(session, cmdlet("Get-CsBackupServiceConfiguration")).objects
        assert span_of(str(settings.properties["SyncInterval"])) == timedelta(minutes=2)
        run(session, cmdlet("Import-Module", Name="Lync"))
        (module,) = run(session, Pipeline((Cmdlet("Get-Module", (("Name", "Lync"),)),))).objects
        assert str(module.properties["Version"]).split(".")[0].isdigit()
        (document,) = run(session, cmdlet("Get-CsTopology", AsXml=Switch())).objects
        assert document.properties["NodeType"] == "Document"
        assert whole(document).startswith("<Topology ")
        assert whole(document).rstrip().endswith(">")
        assert len(whole(document)) > 5000
    finally:
        client.close()


def test_an_object_within_an_object_arrives_as_its_text(pool: RunspacePool) -> None:
    (status,) = sent(pool, ("Get-CsBackupServiceStatus", {"PoolFqdn": "pool01.contoso.com"}))
    assert all(isinstance(one, str) for one in status.adapted_properties["BackupModules"])


def test_a_certificate_is_read_property_by_property(pool: RunspacePool) -> None:
    store = ("Get-ChildItem", {"Path": "Cert:\\LocalMachine\\My"})
    named = {"Property": ["Thumbprint", "HasPrivateKey", "DnsNameList"]}
    (alone, *_) = sent(pool, store)
    assert not isinstance(alone, str) or "Thumbprint" not in alone
    assert not getattr(alone, "adapted_properties", {}).get("Thumbprint")
    (chosen, *_) = sent(pool, store, ("Select-Object", named))
    assert chosen.extended_properties["HasPrivateKey"] is True
    assert "fe01.contoso.com" in chosen.extended_properties["DnsNameList"]
