"""The eight questions of a triage, in the order in which they are asked, with every answer there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Option:
    """One answer to a question."""

    id: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Question:
    """One question, why it is asked, and the answers that still lead somewhere."""

    id: str
    text: str
    why: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ProposedAnswer:
    """What the machine found out about a question, and where from.

    ``against`` is what another source says instead. An empty answer proposes nothing.
    """

    answer: str
    evidence: str
    against: str = ""


QUESTIONS: Final = (
    Question(
        "gate",
        "Is the failed Front End pool or Standard Edition server paired with another, and can that one take over?",
        "A failover brings service back in minutes and loses less than any restore.",
        (
            Option(
                "unpaired", "Not paired", "or what failed is neither a Front End pool nor a Standard Edition server"
            ),
            Option("paired-returns", "Paired, the partner can take over, and the failed one will come back"),
            Option("paired-lost", "Paired, the partner can take over, and the failed one is beyond repair"),
            Option("partner-cannot", "Paired, but the partner cannot take over", "you state this; it is recorded"),
            Option("partner-serves", "The partner serves its users already; this one is to be rebuilt"),
            Option("failback", "The partner serves its users already, and the failed one works again"),
        ),
    ),
    Question(
        "failed",
        "What failed?",
        "It determines the procedure.",
        (
            Option("standard-edition", "A Standard Edition server"),
            Option("back-end", "A Back End Server", "one side of its mirror or both, or its server without mirror"),
            Option("front-end-pool", "All servers of a Front End pool, Back End included"),
            Option("front-ends", "All or most Front End Servers of a pool; its Back End works"),
            Option(
                "member",
                "One server: Front End Server, Director, Mediation, Persistent Chat or Edge Server",
                "its pool goes on without it",
            ),
            Option("other-pool", "All servers of a pool of Directors, Mediation, Persistent Chat or Edge Servers"),
            Option("cms-database", "The Central Management database; its server works"),
            Option("cms-pointer", "Only the CMS service connection point (SCP) in AD DS"),
            Option("file-store", "The file store on a file server, a cluster or a working Standard Edition server"),
            Option("file-store-back-end", "The file store on a Back End Server"),
            Option("conference-content", "Conference content of a pool; the rest of its file store is there"),
            Option("archiving-monitoring", "An Archiving or Monitoring database"),
            Option("chat-database", "A Persistent Chat database"),
            Option(
                "chat-site",
                "The first site of a stretched Persistent Chat pool",
                "its database and the mirror of it; the second site has the copy of log shipping",
            ),
            Option("witness", "The witness of a mirrored Back End, nothing else"),
            Option(
                "local-store",
                "Only the local store (instance RTCLOCAL) of a server; the server itself runs",
                "services stop with errors about xds, rtc or rtcdyn on RTCLOCAL",
            ),
            Option(
                "branch-or-application",
                "A Survivable Branch Appliance or Server, a trusted application server, Office Web Apps Server",
            ),
            Option("outside", "Lync 2010 or OCS servers, Exchange, AD DS, the CA, a gateway"),
        ),
    ),
    Question(
        "cms",
        "Did the failed server host the active Central Management store?",
        "If so the Central Management store is restored first, whatever else was there.",
        (
            Option("no", "No"),
            Option("yes", "Yes", "for a database or a file store: the server that holds it"),
        ),
    ),
    Question(
        "mirror",
        "Is its SQL Server store mirrored?",
        "A surviving side holds newer data than any backup; with a witness the failover has already happened.",
        (
            Option("none", "Not mirrored"),
            Option("no-witness", "Mirrored, without a witness"),
            Option("witness", "Mirrored, with a witness"),
        ),
    ),
    Question(
        "side",
        "Which side failed?",
        "The side that is left must never be wiped before its content is safe.",
        (
            Option("primary", "The primary only; the mirror works"),
            Option("mirror", "The mirror only; the primary works"),
            Option("both", "Both sides"),
            Option("primary-and-witness", "The primary and the witness; the mirror is left"),
            Option("mirror-and-witness", "The mirror and the witness; the primary is left"),
        ),
    ),
    Question(
        "place",
        "Is the failed database stand-alone, or on the Back End Server?",
        "A collocated database is restored by the procedure of its Back End Server.",
        (
            Option("stand-alone", "Stand-alone, on a SQL Server of its own"),
            Option("collocated", "Collocated with the Back End"),
        ),
    ),
    Question(
        "edge",
        "Is it an Edge Server?",
        "An Edge Server is in the perimeter network, usually in no domain: its configuration comes from a file.",
        (
            Option("no", "No"),
            Option("yes", "Yes", "a whole pool: without federation and XMPP, or the only Edge pool there is"),
            Option("federation", "Yes, and the Edge pool carries Lync federation"),
            Option("xmpp", "Yes, and the Edge pool carries XMPP federation"),
        ),
    ),
    Question(
        "features",
        "Do the worksheets record Response Group, Persistent Chat, Archiving, Monitoring, E9-1-1, Call Park rightly?",
        "What the worksheets record switches the optional steps on.",
        (
            Option("recorded", "Yes, as the worksheets say"),
            Option("differs", "No, the worksheets are to be corrected first"),
        ),
    ),
)

ANSWER_FACTS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("gate", "partner-serves"): {"failed-over": "yes"},
    ("gate", "failback"): {"failed-over": "yes"},
    ("mirror", "witness"): {"witness": "yes"},
    ("mirror", "no-witness"): {"witness": "no"},
    ("side", "primary"): {"lost-side": "primary"},
    ("side", "mirror"): {"lost-side": "mirror"},
    ("side", "both"): {"lost-side": "both"},
    ("side", "primary-and-witness"): {"lost-side": "primary", "witness": "lost"},
    ("side", "mirror-and-witness"): {"lost-side": "mirror", "witness": "lost"},
    ("edge", "no"): {"edge": "no"},
    ("edge", "yes"): {"edge": "yes"},
    ("edge", "federation"): {"edge": "yes"},
    ("edge", "xmpp"): {"edge": "yes"},
    ("features", "differs"): {"features": "correct-first"},
}
"""What an answer adds to the facts of the plan, whatever the row."""
