"""The second person in line mode: account and password at a terminal; through a pipe a name, which is not proven."""

from __future__ import annotations

from typing import Final

from lync_wizard.core.errors import Denied, render
from lync_wizard.core.prompts import Prompts
from lync_wizard.plans import approval
from lync_wizard.plans.approval import Approver
from lync_wizard.workspace.run_session import RunSession

_PIPE: Final = "only the name was given: there is no terminal to ask for a password at"


def asked(session: RunSession, prompts: Prompts) -> Approver:
    """Who approves beside the starter. Raises :class:`Refused` and :class:`InputError` for somebody who cannot."""
    if not prompts.can_hide:
        return approval.typed(prompts.text(f"{approval.QUESTION} (Ctrl-C stops)"), _PIPE)
    while True:
        name = prompts.text(f"{approval.QUESTION}: account, DOMAIN\\name or name@domain (Ctrl-C stops)")
        if (approver := _signed_in(session, prompts, name)) is not None:
            return approver


def _signed_in(session: RunSession, prompts: Prompts, name: str) -> Approver | None:
    """Who has signed in, or is recorded as not proven; None where it is tried again."""
    password = prompts.secret(f"Password of {name} (empty: cannot sign in here)")
    if not password:
        return approval.typed(name, prompts.text("Why can the second person not sign in? (recorded: not proven)"))
    try:
        approver = session.sign_in(name, password, lambda text: prompts.say(f"  {text} …"))
    except Denied as error:
        prompts.say(*(f"  {line}" for line in render(error).splitlines()))
        if prompts.agree("Try again? (n: the name is recorded as not proven, with a reason)", default=True):
            return None
        return approval.typed(name, f"{error.summary}; {prompts.text('Why does this name do?')}")
    if approver.proven:
        prompts.say(f"  {approver.name} ({approver.sid}) has signed in at {approver.host}.")
        return approver
    prompts.say(f"  NOT PROVEN: {approver.name}: {approver.why}")
    return approver if prompts.agree("Record this approval as not proven, with this reason? (n: try again)") else None
