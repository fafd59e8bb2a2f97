"""The certificates of each server before a disaster: expiry, whether the key can be exported, where a copy is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.deployment import roles
from lync_wizard.hosts import Record, text_of
from lync_wizard.hosts.command import Cmdlet, Pipeline
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.certificates import in_store, moment
from lync_wizard.plans.probe import Probe
from lync_wizard.workspace.workspace import Workspace

_MY: Final = "Cert:\\LocalMachine\\My"
_SOON: Final = timedelta(days=60)
_OAUTH: Final = "oauthtokenissuer"


@dataclass(frozen=True)
class ServerCertificate:
    """One certificate of a server; ``exportable`` is None where nobody can tell, ``why`` the server was not asked."""

    server: str
    subject: str = ""
    thumbprint: str = ""
    expires: datetime | None = None
    exportable: bool | None = None
    copy: str = ""
    why: str = ""

    def line(self, now: datetime) -> str:
        """What `backup status` says of it."""
        if self.why:
            return f"certificates of {self.server}: not known, {self.why}"
        until = f"valid until {self.expires:%Y-%m-%d}" if self.expires else "without an expiry date"
        if self.expires and self.expires - now < _SOON:
            until = f"EXPIRED on {self.expires:%Y-%m-%d}" if self.expires <= now else f"{until}, RENEW IT"
        key = {
            True: "key can be exported",
            False: "key cannot be exported",
            None: "not known whether the key can be exported",
        }
        kept = f"copy: {self.copy}" if self.copy else "no copy is recorded (deployment-facts/certificates/copies)"
        return f"certificate of {self.server}: {self.subject}, {until}; {key[self.exportable]}; {kept}"

    def to_data(self) -> dict[str, Any]:
        return {
            "server": self.server,
            "subject": self.subject,
            "thumbprint": self.thumbprint,
            "expires": timestamps.utc(self.expires) if self.expires else None,
            "exportable": self.exportable,
            "copy": self.copy or None,
            "why": self.why or None,
        }


def server_certificates(workspace: Workspace) -> list[ServerCertificate]:
    """Ask every server of Lync at the same time, without ever asking for a password. Raises nothing."""
    servers = [(fqdn, pool.fqdn) for pool in workspace.known.lync_pools for fqdn in pool.server_fqdns]
    if not servers:
        return []
    with SessionPool(workspace.quiet) as session_pool, ThreadPoolExecutor(max_workers=len(servers)) as threads:
        asking = Probe(session_pool)
        found = threads.map(lambda one: list(_of(workspace, asking, *one)), servers)
        return [certificate for each in found for certificate in each]


def _of(workspace: Workspace, asking: Probe, server: str, pool: str) -> Iterator[ServerCertificate]:
    copy = ", ".join(workspace.entries.texts("deployment-facts/certificates/copies", pool))
    account = roles.account(workspace.known, server, "lync-admin")

    def ask(*cmdlets: Cmdlet) -> tuple[Record, ...]:
        return asking.reply(server, account, Pipeline(cmdlets)).objects

    try:
        assigned = ask(Cmdlet("Get-CsCertificate"))
        used = {text_of(one, "Thumbprint").upper() for one in assigned if text_of(one, "Use").lower() != _OAUTH}
        for held in ask(*in_store(_MY).cmdlets):
            thumbprint = text_of(held, "Thumbprint").upper()
            if thumbprint not in used:
                continue
            info = ask(
                Cmdlet("Get-ChildItem", (("Path", (f"{_MY}\\{thumbprint}",)),)),
                Cmdlet("Select-Object", (("ExpandProperty", "PrivateKey"),)),
                Cmdlet("Select-Object", (("ExpandProperty", "CspKeyContainerInfo"),)),
            )
            said = text_of(info[0], "Exportable").lower() if info else ""
            exportable = {"true": True, "false": False}.get(said)
            yield ServerCertificate(
                server, text_of(held, "Subject"), thumbprint, moment(held, "NotAfter"), exportable, copy
            )
    except WizardError as error:
        yield ServerCertificate(server, why=error.summary)
