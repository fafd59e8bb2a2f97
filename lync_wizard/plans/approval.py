"""Who approves a plan before it runs: its starter, and where the plan sheet asks for it, a second person."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lync_wizard.core.errors import Refused
from lync_wizard.plans.model import Plan
from lync_wizard.worksheets import Entries, duration

CELL: Final = "plan/approval/two-person"
VALID_FOR: Final = "plan/approval/valid-for"
USUALLY: Final = timedelta(hours=24)
"""For how long an approval is valid where the plan sheet does not say it."""
QUESTION: Final = "Second person, who has read this plan and approves it"
TYPED: Final = "only the name was typed"
"""Why a second person who did not sign in is not proven."""

_TYPE_AGAIN: Final = "Type the name again, on the keyboard, in one alphabet."
_WORDS: Final = re.compile(r"[\s\\/@]+")
_INVISIBLE: Final = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without a shape of their own, which no category tells."""
_NO_LETTERS_ALIKE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "MODIFIER"})
"""Scripts that may stand beside others in a word: nobody takes one of their letters for one of another script."""


def asked(entries: Entries) -> bool:
    """Whether the plan sheet asks for a second person."""
    return entries.text(CELL) not in {"", "false"}


def needed(entries: Entries, plan: Plan) -> bool:
    """Whether a second person has to approve: plan or plan sheet says so, and something is restored."""
    backs_up = bool(plan.backup_set) and plan.backup_at is None
    return plan.second_person or (not backs_up and asked(entries))


def valid_for(entries: Entries) -> timedelta:
    """How long after an approval a run may start or go on."""
    said = entries.text(VALID_FOR)
    return duration(said) if said else USUALLY


@dataclass(frozen=True)
class Approver:
    """Somebody who approves a plan, and how it is known who that is.

    ``account`` and ``sid`` are what ``host`` says of whoever signed in there; ``why`` says why that is no proof.
    """

    name: str
    account: str = ""
    sid: str = ""
    host: str = ""
    why: str = ""

    @property
    def proven(self) -> bool:
        """Whether a host says who this is, and that it is nobody else of this run."""
        return not self.why

    def recorded(self) -> dict[str, str]:
        """What the journal keeps of it."""
        facts = {"account": self.account, "sid": self.sid, "host": self.host, "not_proven": self.why}
        return {"by": self.name} | {name: fact for name, fact in facts.items() if fact}


def typed(name: str, why: str = TYPED) -> Approver:
    """A second person of whom only the name is known, and ``why``; raises as :func:`clean`, and where there is none."""
    shown = clean(name)
    if not shown:
        raise Refused(
            "this plan needs a second person's approval, and no name was given",
            "Have somebody other than the starter read the plan and sign in; unattended: --second NAME.",
        )
    return Approver(shown, why=" ".join(why.split()) or TYPED)


def clean(name: str) -> str:
    """A name in its plain form. Raises :class:`Refused` for characters that nobody sees, and for mixed alphabets."""
    text = unicodedata.normalize("NFKC", name.strip())
    for char in (*name.strip(), *text):
        if unicodedata.category(char).startswith("C") or _INVISIBLE.match(char):
            called = unicodedata.name(char, "control character")
            raise Refused(f"the name holds a character that nobody sees: U+{ord(char):04X} {called}", _TYPE_AGAIN)
    for word in _WORDS.split(text):
        if len(alphabets := {_alphabet(char) for char in word if char.isalpha()} - _NO_LETTERS_ALIKE) > 1:
            mixed = " and ".join(sorted(one.capitalize() for one in alphabets))
            raise Refused(f"the name {text} mixes letters that look alike: {mixed}", _TYPE_AGAIN)
    return " ".join(text.split())


def same_person(one: str, other: str) -> bool:
    """Whether two names may mean the same person: without case, blanks, and the domain before or behind an account."""
    return bool(one and other) and _person(one) == _person(other)


def refuse_same(name: str, starter: str) -> None:
    """Raise :class:`Refused` where whoever starts the run would approve it as the second person as well."""
    if same_person(name, starter):
        raise Refused(
            f"{name} starts this run and cannot be the second person as well",
            "Have somebody else read the plan, and sign in with their own account.",
        )


def _person(name: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    account = next((part for part in reversed(re.split(r"[\\/]", text)) if part), "")
    return next((part for part in account.split("@") if part), "") or text


def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
