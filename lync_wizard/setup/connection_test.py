"""Trying what was answered: do the servers let us in, and is the backup location a place for backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lync_wizard import backup
from lync_wizard.backup import BackupSet
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.deployment import Deployment
from lync_wizard.hosts import Connect, Reply, text_of
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.command import Cmdlet, Pipeline, Statement
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.hosts.shares import is_unc, state
from lync_wizard.plans.probe import Probe
from lync_wizard.setup.completeness import LOCATION, misplaced

ENOUGH: Final = 10 * 2**30
"""Bytes that should be free where no earlier set tells how large one is."""


@dataclass(frozen=True)
class Trial:
    """What was tried, how it went, and what to do where it went badly."""

    status: Literal["ok", "caution", "blocked"]
    subject: str
    message: str
    hint: str = ""


def connections(known: Deployment, location: str, book: AddressBook, connect: Connect) -> Iterator[Trial]:
    """Every member of every pool and every SQL instance, side by side: does it let us in, what does it reach."""
    hosts = [(fqdn, pool.kind == "edge") for pool in known.lync_pools for fqdn in pool.server_fqdns]
    asked = len(hosts) + len(instances(known))
    if not asked:
        return
    with SessionPool(connect) as session_pool, ThreadPoolExecutor(min(16, asked)) as workers:
        probe = Probe(session_pool)
        tried = [workers.submit(_server, probe, book, location, *host) for host in hosts]
        tried += [workers.submit(_instance, probe, one) for one in instances(known)]
        for one in tried:
            yield from one.result()


def instances(known: Deployment) -> list[str]:
    """The SQL instances that the wizard signs in to: those outside the Standard Edition servers, each once."""
    own = {fqdn.lower() for pool in known.pools_of_kind("standard-edition") for fqdn in pool.server_fqdns}
    return [str(instance) for instance in known.sql_instances if instance.server.lower() not in own]


def _server(probe: Probe, book: AddressBook, location: str, fqdn: str, edge: bool) -> list[Trial]:
    account = "edge-admin" if edge else "lync-admin"
    try:
        reply = probe.reply(fqdn, account, Pipeline((Cmdlet("Get-Date"),)))
        if reply.state != "completed" or reply.errors:
            return [
                Trial("blocked", fqdn, f"does not carry commands out: {_why(reply)}", "Look at it, then try again.")
            ]
        found = [Trial("ok", fqdn, "answers and accepts the account")]
        if is_unc(location) and not edge:
            path = Pipeline((Cmdlet("Test-Path", (("LiteralPath", location),)),))
            reached = probe.reply(fqdn, account, path)
            yes = bool(reached.objects) and reached.objects[0].text.strip().lower() == "true"
            found.append(_reach(fqdn, location, yes, book.endpoint(fqdn, account).delegate))
    except WizardError as error:
        return [Trial("blocked", fqdn, error.summary, error.hint)]
    return found


def _instance(probe: Probe, name: str) -> list[Trial]:
    try:
        reply = probe.reply(name, "sql-admin", Statement("instance"))
    except WizardError as error:
        return [Trial("blocked", name, error.summary, error.hint)]
    if reply.state != "completed" or reply.errors or not reply.objects:
        return [Trial("blocked", name, f"does not answer: {_why(reply)}", "Look at the instance, then try again.")]
    about = reply.objects[0]
    if text_of(about, "is_sysadmin") != "1":
        hint = "Let an administrator of the instance give the login the server role sysadmin."
        return [Trial("blocked", name, "accepts the login, but it is no sysadmin there", hint)]
    return [Trial("ok", name, f"answers and accepts the account (SQL Server {text_of(about, 'product_version')})")]


def _why(reply: Reply) -> str:
    return reply.errors[0].message if reply.errors else reply.why or reply.state


def _reach(fqdn: str, location: str, yes: bool, delegates: bool) -> Trial:
    if yes:
        return Trial("ok", fqdn, f"reaches {location}")
    if not delegates:
        return Trial(
            "caution",
            fqdn,
            f"whether it reaches {location} is unknown: its session carries no credentials on (delegate: false)",
            "Try it on the server itself; the wizard then carries the files, which needs nothing else.",
        )
    return Trial(
        "blocked", fqdn, f"does not reach {location}", "Check the share's permissions and the firewall between them."
    )


def location(known: Deployment, text: str, book: AddressBook) -> list[Trial]:
    """The backup location as this machine sees it: placed well, there, writable, with room for a set."""
    why = misplaced(LOCATION, text, known)
    if why:
        return [Trial("blocked", text, *why)]
    place = book.share(text) or Path(text)
    here = state(place)
    if not here.exists:
        return [
            Trial(
                "caution",
                text,
                "this machine does not see it",
                "Say under shares in connections.yaml where this machine reads it, or fix the share.",
            )
        ]
    if not here.writable:
        return [Trial("blocked", text, f"cannot be written: {here.why}", "Give the backup account the right to write.")]
    return [Trial("ok", text, "is there, can be written, and lies outside every pool"), _room(text, place, here.free)]


def seen(text: str) -> bool:
    """Whether this machine sees a share by its own name, as Windows does."""
    return state(Path(text)).exists


def _room(text: str, place: Path, free: int | None) -> Trial:
    if free is None:
        return Trial("caution", text, "the free space is unknown", "Make sure that several sets fit.")
    try:
        newest = next((one for one in backup.sets(place) if isinstance(one, BackupSet)), None)
    except InputError:
        newest = None
    wanted = sum(file.bytes for file in newest.manifest.files) if newest else ENOUGH
    what = f"the newest set took {size(wanted)}" if newest else f"{size(wanted)} are the least that should be"
    if free < wanted:
        return Trial("caution", text, f"{size(free)} are free; {what}", "Make room, or keep fewer sets.")
    return Trial("ok", text, f"{size(free)} are free; {what}")


def size(count: int) -> str:
    """Bytes in the largest unit that leaves a number above one."""
    amount, units = float(count), iter(("bytes", "KB", "MB", "GB"))
    unit = next(units)
    for larger in units:
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}"


Reach = Callable[[AddressBook], Connect]
"""Makes the way to hosts for an address book; the composition root knows the transports."""
