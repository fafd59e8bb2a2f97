"""Topology files of every kind, recognised by content: published document, Topology Builder file, configuration ZIP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lxml import etree

from lync_wizard.core import timestamps
from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.deployment import Deployment
from lync_wizard.topology import export_zip, interpret, origin, published_xml, tbxml
from lync_wizard.topology.gaps import open_questions
from lync_wizard.topology.raw_model import Inventory, line, local
from lync_wizard.topology.remarks import clip
from lync_wizard.topology.safe_xml import MOST_BYTES, parse
from lync_wizard.topology.to_worksheet import found_entries
from lync_wizard.worksheets import Cell, Entry

PUBLISHED: Final = "published topology"
BUILDER: Final = "Topology Builder file"
ARCHIVE: Final = "configuration export"

_CHOOSE: Final = (
    "Choose what `(Get-CsTopology -AsXml).ToString() > FILE` or Export-CsConfiguration wrote, or a file of Topology "
    "Builder."
)


@dataclass(frozen=True)
class TopologyReading:
    """What a topology says: the deployment, the cells it fills (source ``found``), and what stays open, in sentences.

    ``made_from`` is the kind of source: ``published topology``, ``Topology Builder file``, ``configuration export`` or
    ``live server``.
    """

    deployment: Deployment
    entries: Mapping[Cell, Entry]
    findings: tuple[str, ...]
    made_from: str


def read(
    path: Path, problems: Problems, *, at: datetime | None = None, name: str | None = None
) -> TopologyReading | None:
    """The topology in a file, recognised by its content.

    ``at`` (UTC) is when the values count as found, by default now; ``name`` is the deployment's, by default the first
    part of its SIP domain. None where the file cannot be read; why stands in ``problems``, and nothing is raised.
    """
    try:
        with path.open("rb") as stream:
            # A ZIP may be as large as one document; more is refused by whoever parses it.
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        problems.add(Mark(path.name, 1, 1), "", f"cannot be read: {clip(why)}", "Check the path and its rights.")
        return None
    return read_bytes(data, path.name, problems, at=at, name=name)


def read_bytes(
    data: bytes, shown: str, problems: Problems, *, at: datetime | None = None, name: str | None = None
) -> TopologyReading | None:
    """The topology in the bytes of a file that is shown as ``shown``; otherwise like :func:`read`."""
    if export_zip.is_archive(data):
        found = _in_archive(data, shown, problems)
    else:
        inventory = inventory_of(data, shown, problems)
        found = (inventory[0], shown, inventory[1]) if inventory else None
    return _reading(*found, at, name) if found else None


def inventory_of(data: bytes, shown: str, problems: Problems) -> tuple[Inventory, str] | None:
    """What the topology in an XML document names, and the kind of document; None where there is none or it is empty."""
    if len(data) <= MOST_BYTES and (why := origin.wrapped(data)):
        problems.add(Mark(shown, 1, 1), "", *why)
        return None
    wrong = Problems()
    root = parse(data, shown, wrong)
    if root is None:
        if len(data) <= MOST_BYTES and (why := origin.unreadable(data)):
            problems.add(Mark(shown, 1, 1), "", *why)
        else:
            problems.extend(wrong)
        return None
    found = _topology_in(root)
    if found is None:
        problems.add(Mark(shown, 1, 1), "", *_no_topology(root))
        return None
    return _inventory(*found, shown, problems)


def _in_archive(data: bytes, shown: str, problems: Problems) -> tuple[Inventory, str, str] | None:
    """The inventory of the first member with a topology, the member, and the kind of source."""
    if len(data) > MOST_BYTES:
        problems.add(
            Mark(shown, 1, 1),
            "",
            f"is larger than {MOST_BYTES >> 20} MB, which no configuration export is",
            "Choose the ZIP that Export-CsConfiguration wrote.",
        )
        return None
    before = len(problems)
    looked: list[str] = []
    for name, content in export_zip.members(data, shown, problems):
        member = f"{shown}/{clip(name)}"
        root = parse(content, member, problems)
        if root is None:
            return None
        found = _topology_in(root)
        if found:
            known = _inventory(*found, member, problems)
            return (known[0], member, ARCHIVE if known[1] == PUBLISHED else known[1]) if known else None
        looked.append(clip(name))
    if len(problems) == before and not looked and (inner := export_zip.archives(data)):
        names = clip(", ".join(inner))
        problems.add(
            Mark(shown, 1, 1),
            "",
            f"is a ZIP around another ZIP ({names}), and holds no topology itself",
            f"Unpack it, and choose {names}.",
        )
    elif len(problems) == before:
        inside = f" (looked into {clip(', '.join(looked))})" if looked else ""
        problems.add(Mark(shown, 1, 1), "", f"holds no topology{inside}", _CHOOSE)
    return None


def _topology_in(root: etree._Element) -> tuple[etree._Element, str] | None:
    """The topology element at the root or anywhere below it, and its kind."""
    published_one = next(root.iter(published_xml.ROOT), None)
    if published_one is not None:
        return published_one, PUBLISHED
    drafted = tbxml.topology_of(root)
    return (drafted, BUILDER) if drafted is not None else None


def _no_topology(root: etree._Element) -> tuple[str, str]:
    """Message and hint for a document without a topology."""
    if local(root) == origin.CLIXML:
        return origin.AS_CLIXML
    if root.tag == tbxml.ROOT:
        return "is a Topology Builder file that holds no topology", "Save it in Topology Builder again."
    if local(root) == "Topology":
        return "is a topology of a form that this program does not know", _CHOOSE
    return f"holds no topology: it is a document of the kind {clip(local(root))}", _CHOOSE


def _inventory(element: etree._Element, kind: str, shown: str, problems: Problems) -> tuple[Inventory, str] | None:
    found = published_xml.inventory(element) if kind == PUBLISHED else tbxml.inventory(element)
    if not found.clusters:
        problems.add(
            Mark(shown, line(element), 1),
            "",
            "is a topology without a single pool or server",
            "Choose a topology that was filled.",
        )
        return None
    return found, kind


def _reading(
    inventory: Inventory, origin: str, made_from: str, at: datetime | None, name: str | None
) -> TopologyReading:
    moment = (at or timestamps.now()).astimezone(UTC)
    deployment = interpret.deployment(inventory, name or deployment_name(inventory))
    if made_from == BUILDER:
        inventory.remarks.say(
            "A Topology Builder file has no service numbers, so the names of the folders in the file stores are "
            "unknown."
        )
    open_questions(deployment, inventory.remarks)
    return TopologyReading(deployment, found_entries(deployment, moment, origin), tuple(inventory.remarks), made_from)


def deployment_name(inventory: Inventory) -> str:
    """A name for a deployment nobody has named: the first part of its SIP domain, else of its first pool."""
    first = next(iter(inventory.clusters.values()))
    for domain in (*inventory.sip_domains[:1], first.fqdn.partition(".")[2], first.fqdn):
        label = domain.partition(".")[0].lower()
        if re.fullmatch("[a-z0-9][a-z0-9-]{0,62}", label):
            return label
    return "deployment"
