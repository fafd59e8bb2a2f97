"""Questions that are decided when a plan is made, as procedures write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lync_wizard.core.yaml_document import Fields

NAME: Final = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class PlanOption:
    """A question; ``choices`` maps ids to words, ``why`` helps to decide.

    It is asked where the facts of ``when`` hold, else its answer is the default. An answer given unasked
    (on the command line, in a script) counts all the same.
    """

    name: str
    question: str
    choices: Mapping[str, str]
    default: str
    when: tuple[str, ...] = ()
    why: str = ""


def option_from(item: Fields) -> PlanOption:
    """One mapping under ``asks``."""
    name = item.text("name", required=True, pattern=NAME)
    question = item.text("question", required=True)
    choices = item.mapping("choices", required=True)
    words = {key: choices.text(key) for key in choices.keys} if choices else {}
    default = item.text("default", next(iter(words), ""), choices=list(words))
    when = item.texts("when")
    why = item.text("why")
    item.done()
    return PlanOption(name, question, words, default, when, why)
