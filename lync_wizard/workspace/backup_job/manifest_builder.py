"""After a backup run: every file of the set with hash and origin, and what the deployment says it holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import Artifact, Manifest, contents, registry
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.deployment import Deployment, Pool
from lync_wizard.hosts import Reply, property_of, whole
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Pipeline, Program, Statement, Switch
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.collections import front_end_pools
from lync_wizard.procedures.targets import pool_for
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.backup_job import unified_contacts

_SELF: Final = "lync-wizard"
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_PER_POOL: Final = ("UserData", "Rgs", "PersistentChat")
_RGS_KINDS: Final = ("Workflow", "Queue", "AgentGroup", "HoursOfBusiness", "HolidaySet")
_FILE_PARAMETER: Final = "FileName"


@dataclass(frozen=True)
class Origin:
    """Where files of a set come from: a file or a folder of it, and who made it when.

    ``sha256`` is what the journal says of a delivered file, ``there`` the file on the host that was copied.
    """

    path: str
    host: str
    account: str
    command: str
    at: datetime
    sha256: str = ""
    there: str = ""
    folder: bool = False


def origins(plan: Plan, events: Sequence[RunEvent]) -> list[Origin]:
    """Every file or folder that the steps of a backup put into the set, files before folders."""
    ended = {e.step: e for e in events if e.type == "step_finished" and e.data.get("outcome") == "ok"}
    found: list[Origin] = []
    for step in plan.steps:
        if (event := ended.get(step.id)) is not None:
            found += _of_step(step, event, plan.backup_set or "")
    return sorted(found, key=lambda one: (one.folder, -len(one.path)))


def covered(plan: Plan) -> tuple[str, ...]:
    """Every file or folder of the set that the steps of a plan are to save."""
    nothing = RunEvent(0, plan.made_at, "", "", "step_finished")
    paths = (one.path for step in plan.steps for one in _of_step(step, nothing, plan.backup_set or ""))
    return tuple(dict.fromkeys(paths))


def uncovered(
    manifest: Manifest, wanted: Sequence[RequiredArtifact], known: Deployment
) -> tuple[RequiredArtifact, ...]:
    """What the deployment calls for and a set of this part of the backup was never to hold."""
    if not manifest.covers:
        return ()
    at = manifest.made_at
    planned = tuple(Artifact(path, 0, "", *place(path, known), "", "", at) for path in manifest.covers)
    probe = replace(manifest, files=planned)
    return tuple(one for one in wanted if not one.found_in(probe))


def _of_step(step: PlannedStep, event: RunEvent, name: str) -> Iterator[Origin]:
    made = Origin("", step.host, step.account, _shown(step), event.at)
    if step.deliver:
        receipt = event.data.get("delivered") or {}
        if step.deliver.optional and event.data.get("outcome") == "ok" and not receipt:
            return  # there was nothing to save
        yield replace(made, path=step.deliver.path, sha256=str(receipt.get("sha256", "")))
        return
    match step.command:
        case Pipeline(cmdlets):
            for _, value in (pair for c in cmdlets for pair in c.parameters if pair[0] == _FILE_PARAMETER):
                if isinstance(value, str) and (path := _below_set(value, name)):
                    yield replace(made, path=path, there=value)
        case Statement(_, parameters):
            if path := _below_set(str(dict(parameters).get("Path", "")), name):
                yield replace(made, path=path)
        case Copy(_, target):
            if path := _below_set(target, name):
                yield replace(made, path=path, folder=True)


def _shown(step: PlannedStep) -> str:
    return step.command.cmdlets[0].name if isinstance(step.command, Pipeline) else step.text


def _below_set(path: str, name: str) -> str:
    """The part of a path below the folder named like the set; empty where there is none."""
    parts = PureWindowsPath(path).parts
    return "/".join(parts[parts.index(name) + 1 :]) if name in parts else ""


def artifacts(folder: Path, known: Deployment, made: Sequence[Origin], beside: Collection[str]) -> tuple[Artifact, ...]:
    """Every file below ``folder`` with size, SHA-256 and origin. Raises OSError; half-written files are removed."""
    found = []
    paths = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith(".part"):
            path.unlink()
        elif path.is_file() and path.relative_to(folder).as_posix() not in beside:
            paths.append(path)
    digests = dict(backup.digests(paths))
    for path in paths:
        answer = digests[path]
        if isinstance(answer, OSError):
            raise answer
        relative = path.relative_to(folder).as_posix()
        kind, of = place(relative, known)
        origin = next((o for o in made if o.path == relative or (o.folder and relative.startswith(f"{o.path}/"))), None)
        at = origin.at if origin else timestamps.written_at(path)
        host, command = (origin.host, origin.command) if origin else ("", _SELF)
        held = contents.recorded(path, kind)
        found.append(Artifact(relative, answer[0], answer[1], kind, of, host, command, at, held))
    return tuple(found)


def place(path: str, known: Deployment) -> tuple[str, str | None]:
    """The kind of a file of a set and the pool, instance or share it belongs to, by its place (docs/files.md)."""
    top, *rest = PurePosixPath(path).parts
    match top, rest:
        case "Config.zip", []:
            return "Configuration", None
        case "E911Config.zip", []:
            return "Locations", None
        case _, [name] if top in _PER_POOL:
            return top, name.removesuffix(".zip")
        case "Sql", [instance, _]:
            return "Sql", instance.replace("_", "\\", 1)
        case "FileStore", [folder, *_]:
            stores = (pool.file_store for pool in known.pools if pool.file_store)
            share = next((s.share for s in stores if f"{s.server}_{s.share_name}".lower() == folder.lower()), None)
            return "FileStore", share or "\\\\" + folder.replace("_", "\\", 1)
        case "Settings", [kind, name] if kind in registry.KINDS:
            return kind, name.removesuffix(".reg")
        case "Audio", _:
            return "Audio", None
    return "Paper", None


def missing(files: Sequence[Artifact], made: Sequence[Origin]) -> list[str]:
    """What the steps say they saved and is not there, or is something else."""
    there = {artifact.path.lower(): artifact for artifact in files}
    wrong = []
    for origin in made:
        if origin.folder:
            continue
        found = there.get(origin.path.lower())
        if found is None:
            wrong.append(f"{origin.path} is not in the set, although {origin.command} on {origin.host} ended well")
        elif origin.sha256 and found.sha256 != origin.sha256:
            wrong.append(f"{origin.path} is not the file that {origin.command} on {origin.host} delivered")
    return wrong


def versions(known: Deployment) -> dict[str, str]:
    """The recorded update level of every server; ``lync`` is the one of the servers with the active CMS."""
    found = {server: pool.version for pool in known.lync_pools for server in pool.server_fqdns if pool.version}
    central = pool_for(known, known.name)
    return ({"lync": central.version} if central and central.version else {}) | found


def with_papers(manifest: Manifest, folder: Path, written: Sequence[str], beside: Collection[str]) -> Manifest:
    """The manifest with the papers written since among its files."""
    papers = []
    for name in written:
        if name not in beside:
            size, sha256 = backup.digest(folder / name)
            papers.append(Artifact(name, size, sha256, "Paper", None, "", _SELF, timestamps.now()))
    return replace(manifest, files=(*manifest.files, *papers))


@dataclass(frozen=True)
class DeploymentQueries:
    """Read-only questions about a backup that has just been made."""

    probe: Probe
    known: Deployment
    plan: Plan | None = None

    def differing(self, files: Sequence[Artifact], made: Sequence[Origin]) -> list[str]:
        """Files whose copy in the set has another SHA-256 than the one on the host it was exported on."""
        there = {artifact.path.lower(): artifact for artifact in files}
        wrong = []
        for origin in (o for o in made if o.there):
            reply = self._ask(origin.host, origin.account, Program("certutil", ("-hashfile", origin.there, "SHA256")))
            found = _digest(reply)
            if found is None:
                wrong.append(f"{origin.path}: {origin.host} did not return the hash of what it exported")
            elif found != there[origin.path.lower()].sha256:
                wrong.append(f"{origin.path} is not what was exported on {origin.host}: the hashes differ")
        return wrong

    def topology(self) -> str | None:
        """The published topology document as a host with the Central Management store shows it."""
        host = self._central()
        reply = self._ask(host, "lync-admin", _cmdlet("Get-CsTopology", AsXml=Switch())) if host else None
        text = whole(reply.objects[0]) if reply and reply.objects else ""
        return text if text.lstrip().startswith("<") else None

    def counts(self) -> dict[str, Any]:
        """Users and Response Group objects of every pool, and whose contacts live in Exchange; what no host would say
        is left out.
        """
        users: dict[str, int] = {}
        for pool in front_end_pools(self.known):
            wanted = _cmdlet("Get-CsUser", Filter=f"RegistrarPool -eq '{pool.fqdn}'", ResultSize="Unlimited")
            if (number := self._count(pool, wanted)) is not None:
                users[pool.fqdn] = number
        pools = front_end_pools(self.known)
        ucs = unified_contacts.unified(
            lambda host, question: self._ask(host, "lync-admin", question), self._central(), pools
        )
        return {"users": users, "response_groups": self.response_groups(), "unified_contact_store": ucs}

    def response_groups(self) -> dict[str, dict[str, int]]:
        """Response Group objects of every pool by kind; what no host would say is left out."""
        groups: dict[str, dict[str, int]] = {}
        for pool in front_end_pools(self.known):
            if "response-group" in pool.features:
                service = f"service:ApplicationServer:{pool.fqdn}"
                for kind in _RGS_KINDS:
                    number = self._count(pool, _cmdlet(f"Get-CsRgs{kind}", Identity=service, ShowAll=Switch()))
                    if number is not None:
                        groups.setdefault(pool.fqdn, {})[kind] = number
        return groups

    def tidy(self) -> None:
        """Remove the local copies on the hosts; one that stays harms nobody."""
        if self.plan is None:
            return
        for host in dict.fromkeys(s.host for s in self.plan.steps if _makes_local_folder(s)):
            local = str(self.plan.values.get("Run:local-folder", ""))
            if self.plan.backup_set and local.endswith(self.plan.backup_set):
                self._ask(
                    host, "lync-admin", _cmdlet("Remove-Item", LiteralPath=(local,), Recurse=Switch(), Force=Switch())
                )

    def _count(self, pool: Pool, question: Pipeline) -> int | None:
        host = next(iter(pool.server_fqdns), pool.fqdn)
        counted = Pipeline((*question.cmdlets, Cmdlet("Measure-Object")))
        reply = self._ask(host, "lync-admin", counted)
        if reply is None or reply.errors or not reply.objects:
            return None
        value = property_of(reply.objects[0], "Count")
        return value if isinstance(value, int) else None

    def _central(self) -> str:
        central = pool_for(self.known, self.known.name)
        return next(iter(central.server_fqdns), central.fqdn) if central else ""

    def _ask(self, host: str, account: str, command: Command) -> Reply | None:
        try:
            reply = self.probe.reply(host, account, command)
        except WizardError:
            return None
        return reply if reply.state == "completed" else None


def _cmdlet(name: str, **parameters: Any) -> Pipeline:
    return Pipeline((Cmdlet(name, tuple(parameters.items())),))


def _digest(reply: Reply | None) -> str | None:
    lines = [str(line.value).replace(" ", "").casefold() for line in reply.objects] if reply else []
    return next((line for line in lines if _DIGEST.fullmatch(line)), None)


def _makes_local_folder(step: PlannedStep) -> bool:
    return isinstance(step.command, Pipeline) and step.command.cmdlets[0].name == "New-Item"
