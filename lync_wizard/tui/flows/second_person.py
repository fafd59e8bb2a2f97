"""The second person on the screens: sign in, and what is done where that is refused or proves nothing."""

from __future__ import annotations

from lync_wizard.core.errors import Denied, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.plans import approval
from lync_wizard.plans.approval import Approver
from lync_wizard.tui.context import Context
from lync_wizard.tui.messages import JobProgressed
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.second_approver import NotProvenScreen, SecondApproverScreen, SigningInScreen
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace.run_session import RunSession


async def approved(context: Context, setting: Setting, session: RunSession) -> bool:
    """Whether a second person has approved the plan, and the starter with them; False to go back to the plan."""
    account = ""
    while True:
        screen = SecondApproverScreen(setting, session.plan, context.starter, account)
        typed = await context.app.push_screen_wait(screen)
        if typed is None:
            return False
        account, password = typed
        try:
            approver = await _approver(context, setting, session, account, password)
            if approver is not None:
                session.approve(approver)
                return True
        except WizardError as error:
            await context.show_error(error)


async def _approver(
    context: Context, setting: Setting, session: RunSession, account: str, password: Secret
) -> Approver | None:
    """Who has signed in, or is to be recorded as not proven; None to try again."""
    if not password:
        return await _with_reason(context, setting, account, "nobody signed in")
    try:
        found = await _signed_in(context, setting, session, account, password)
    except Denied as error:
        if await _not_proven(context, setting, f"{error.summary}.", error.hint):
            return await _with_reason(context, setting, account, error.summary)
        return None
    if found.proven or await _not_proven(context, setting, f"{found.name} is not proven.", f"{found.why}."):
        return found
    return None


async def _signed_in(
    context: Context, setting: Setting, session: RunSession, account: str, password: Secret
) -> Approver:
    screen = SigningInScreen(setting, "Second person", "looking for a host that answers")
    await context.app.push_screen(screen)

    def say(text: str) -> None:
        context.app.post_message(JobProgressed(screen, text))

    try:
        return await context.blocking(session.sign_in, account, password, say)
    finally:
        while screen in context.app.screen_stack:
            context.app.pop_screen()


async def _not_proven(context: Context, setting: Setting, what: str, why: str) -> bool:
    """Whether the approval is to be recorded as not proven; trying again stands first."""
    items = [ChoiceItem("again", "Try again"), ChoiceItem("record", "Record the approval as not proven")]
    screen = NotProvenScreen(setting, "Second person", what, items, why=why, selected="again")
    return await context.app.push_screen_wait(screen) == "record"


async def _with_reason(context: Context, setting: Setting, account: str, what: str) -> Approver | None:
    about = f"{account} is recorded as not proven: {what}."
    help = "Recorded in the journal, in the report and in the printed report."
    screen = NoteScreen(setting, "Second person", about, "Why does this approval do?", help)
    reason = await context.app.push_screen_wait(screen)
    return None if reason is None else approval.typed(account, f"{what}; {reason}")
