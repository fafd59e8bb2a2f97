"""Which certificate of a store is taken for a rebuilt server, and what is said where none can serve."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lync_wizard.core.errors import Unreachable
from lync_wizard.hosts import Record
from lync_wizard.plans.certificates import WantedCertificate, chosen

NOW = datetime(2026, 11, 30, tzinfo=UTC)
POOL, SERVER = "pool01.contoso.com", "fe02.contoso.com"
WANTED = WantedCertificate((SERVER, POOL))


def held(thumbprint: str, subject: str = f"CN={POOL}", **more: Any) -> Record:
    said = {"NotBefore": "2025-01-01T00:00:00+00:00", "NotAfter": "2027-05-01T00:00:00+00:00", "HasPrivateKey": True}
    properties = {"Thumbprint": thumbprint, "Subject": subject, "DnsNameList": [subject[3:], SERVER], **said, **more}
    return Record(subject, properties)


def test_a_recorded_certificate_comes_before_one_that_is_valid_longer() -> None:
    store = [held("AA", NotAfter="2029-01-01T00:00:00+00:00"), held("BB")]
    wanted = WantedCertificate((SERVER, POOL), recorded=("bb", "CC"))
    assert chosen(store, wanted, NOW) == ("BB", f"CN={POOL}, valid until 2027-05-01, recorded")


@pytest.mark.parametrize(
    "spoilt",
    [
        held("AA", HasPrivateKey=False),
        held("AA", NotAfter="2026-11-29T00:00:00+00:00"),
        held("AA", NotBefore="2026-12-24T00:00:00+00:00"),
        held("AA", "CN=other.contoso.com", DnsNameList=["other.contoso.com"]),
    ],
)
def test_one_that_cannot_serve_is_never_taken_though_it_is_recorded(spoilt: Record) -> None:
    wanted = WantedCertificate((SERVER, POOL), recorded=("AA",))
    thumbprint, said = chosen([spoilt, held("BB")], wanted, NOW)
    assert (thumbprint, said) == ("BB", f"CN={POOL}, valid until 2027-05-01, not recorded, chosen by its names")


def test_where_none_can_serve_each_is_named_with_its_reason() -> None:
    with pytest.raises(Unreachable) as refused:
        chosen([held("AA", HasPrivateKey=False)], WANTED, NOW)
    assert f"CN={POOL}: has no private key" in refused.value.summary
    assert "Import the saved certificate" in refused.value.hint


def test_the_external_certificate_of_an_edge_server_names_neither_server_nor_pool() -> None:
    outside = held("EE", "CN=access.contoso.com", DnsNameList=["access.contoso.com"])
    wanted = WantedCertificate((SERVER, POOL), other=True)
    assert chosen([held("AA"), outside], wanted, NOW)[0] == "EE"
