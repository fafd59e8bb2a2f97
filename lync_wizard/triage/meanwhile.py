"""What still works until service is back: after the loss by itself, and while and after a failover.

Only what the documentation says; where it says nothing, nothing stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.triage.rule import PAIRED


@dataclass(frozen=True)
class Stage:
    """One stage: what works in it, what works only in part or under a condition, and what does not or ends."""

    name: str
    works: str = ""
    limited: str = ""
    stops: str = ""

    def to_data(self) -> dict[str, str]:
        return {"stage": self.name, "works": self.works, "limited": self.limited, "stops": self.stops}

    def rows(self) -> list[tuple[str, str]]:
        """Only what is said, each with its word."""
        found = (("works", self.works), ("partly", self.limited), ("stops", self.stops))
        return [(word, text) for word, text in found if text]


@dataclass(frozen=True)
class Meanwhile:
    """After the loss, and in the failover; None where the documentation says nothing, or there is none."""

    loss: Stage | None = None
    failover: Stage | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in (self.loss, self.failover) if stage)

    def to_data(self) -> dict[str, Any]:
        return {
            "loss": self.loss.to_data() if self.loss else None,
            "failover": self.failover.to_data() if self.failover else None,
        }


_STOPPED: Final = Stage("until it is restored", stops="The users of the pool: it stops with its Back End.")
_RESILIENCY: Final = Stage(
    "before the failover (Resiliency mode)",
    "Sign-in: clients reach the backup Registrar by themselves once it has missed the pool for the failover interval "
    "(300 s unless changed). Calls to the outside, inside and between sites; hold, retrieve, transfer; IM, audio, "
    "video and sharing of two within a site. Calls in progress survive the loss, as administrators report.",
    "Calls from the outside if the provider can fail over; forwarding, simultaneous ringing, delegation and team call "
    "within a site; voice mail if Exchange UM is reached from the other site; conferences can be joined if the "
    "organiser's pool works.",
    "New conferences; contacts, scheduling and every other lasting change; Conferencing Attendant, presence and do not "
    "disturb, Response Group, Call Park (parked calls are dropped), Address Book web search, "
    "provisioning of new phones and clients.",
)
_OVER: Final = Stage(
    "in the failover and after it",
    "All users of the pool are signed out and sign in at the partner; until it ends they are in Resiliency mode, "
    "afterwards everything works.",
    "Response Groups, announcements and Group Call Pickup need rgs-dr, announce-dr and callpark-dr. Users of "
    "Survivable Branch Appliances stay in Resiliency mode. Mobile clients get no calls and no chats for up to ten "
    "minutes.",
    "Calls and other peer-to-peer sessions of these users that outlived the loss, and the conferences that they "
    "organised, end.",
)
_SERVED: Final = Stage(
    "now (the pool is failed over)",
    "Everything, at the partner.",
    "Users of Survivable Branch Appliances stay in Resiliency mode; Response Groups, announcements and Group Call "
    "Pickup work where rgs-dr, announce-dr and callpark-dr were carried out.",
)
_BACK: Final = Stage(
    "in the failback",
    "Peer-to-peer sessions; conferences of others.",
    "Users sign in at home in Resiliency mode until it ends.",
    "Contact list, Address Book, scheduling, new conferences. Conferences that these users organised end, and are "
    "rejoined after it.",
)
_MIRROR: Final = Stage(
    "until the mirror serves",
    "With a witness the failover is automatic and quick.",
    "Without one users work on for about 30 minutes, then they are in Resiliency mode (no lasting changes, such as "
    "adding a contact).",
)
_NO_SIDE: Final = Stage(
    "until a side serves",
    stops="The Back End: with one partner and the witness lost, or both partners, it is unavailable even if the "
    "principal works.",
)
_STORE: Final = Stage(
    "until the store serves",
    "Lync keeps running.",
    stops="Changes of the configuration; nothing is published.",
)
_EDGE: Final = Stage(
    "until another Edge pool serves",
    "Remote access: clients ask the DNS SRV records again and try each Edge pool by priority.",
    "Federation from outside, where the public DNS leads to another Edge pool by itself.",
    "Federation to the outside and XMPP in both directions: each goes through one Edge pool.",
)
_EDGE_OVER: Final = Stage(
    "in the failover and after it",
    limited="XMPP is moved by edge-xmpp-failover. Partners follow when the changed public DNS records reach them.",
)
_BESIDE: Final = Stage("until it is restored", "Lync itself runs without it.")
_CHAT_OVER: Final = Stage(
    "in the failover and after it", limited="The compliance database is not failed over; its content is transient."
)
_LOSSES: Final[Mapping[str, Meanwhile]] = {
    "cms-database": Meanwhile(_STORE),
    "cms-pointer": Meanwhile(_STORE),
    "archiving-monitoring": Meanwhile(_BESIDE),
    "chat-database": Meanwhile(_BESIDE),
    "chat-site": Meanwhile(_BESIDE, _CHAT_OVER),
    "member": Meanwhile(Stage("until it is restored", "Its pool goes on without it.")),
    "witness": Meanwhile(Stage("until it is back", "The Back End works; the next loss would stop it.")),
}
_POOLS: Final = ("standard-edition", "front-end-pool", "front-ends", "back-end")


def meanwhile(answers: Mapping[str, str]) -> Meanwhile:
    """What the documentation says of the time after these answers of triage."""
    gate, failed, side = (answers.get(name, "") for name in ("gate", "failed", "side"))
    if gate == "failback":
        return Meanwhile(_SERVED, _BACK)
    if gate == "partner-serves" and failed in _POOLS:
        return Meanwhile(failover=_SERVED)
    if failed in _POOLS:
        paired = gate in PAIRED.split()
        return Meanwhile(_after(failed, side, paired=paired), _OVER if paired and not _alone(side) else None)
    if failed == "other-pool" and answers.get("edge") in {"federation", "xmpp"}:
        return Meanwhile(_EDGE, _EDGE_OVER)
    return _LOSSES.get(failed, Meanwhile())


def _alone(side: str) -> bool:
    return side in {"primary", "mirror"}


def _after(failed: str, side: str, *, paired: bool) -> Stage:
    if failed == "back-end" and side == "mirror":
        return Stage("until it is restored", "The pool: its primary works.")
    if failed == "back-end" and side == "primary":
        return _MIRROR
    if failed == "back-end" and side and not paired:
        return _NO_SIDE
    return _RESILIENCY if paired else _STOPPED
