"""People who try the restored pool with a client, where no test accounts are recorded."""

from __future__ import annotations

from lync_wizard.lab.farm import topology
from lync_wizard.lab.manual_steps.registry import Context, action


@action("try-as-user", "Sign in as two users and try the client", 600, place="nowhere")
def _try_as_user(context: Context) -> str:
    pools = dict.fromkeys(user.pool for user in context.state.directory.users.values())
    answering = [
        pool
        for pool in pools
        if any(
            topology.running(context.state, machine, "RTCSRV")
            for machine in topology.pool_machines(context.state, pool)
        )
    ]
    return f"users of {', '.join(answering)} sign in" if answering else "nobody can sign in"
