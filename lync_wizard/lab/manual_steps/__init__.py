"""Simulated actions: what only a person at the machine can do, each with the consequence it has in reality.

Each module registers its actions on import; the order of these imports is the order in which they are offered.
"""

from lync_wizard.lab.manual_steps import windows  # isort: skip
from lync_wizard.lab.manual_steps import central  # isort: skip
from lync_wizard.lab.manual_steps import roles  # isort: skip
from lync_wizard.lab.manual_steps import back_end  # isort: skip
from lync_wizard.lab.manual_steps import stand_alone  # isort: skip
from lync_wizard.lab.manual_steps import acceptance  # isort: skip
from lync_wizard.lab.manual_steps import edge  # isort: skip
from lync_wizard.lab.manual_steps import pairs  # isort: skip
from lync_wizard.lab.manual_steps import log_shipping  # isort: skip
from lync_wizard.lab.manual_steps import replacement  # isort: skip
from lync_wizard.lab.manual_steps import branch  # isort: skip
from lync_wizard.lab.manual_steps import interrupted  # isort: skip
from lync_wizard.lab.manual_steps import harm  # isort: skip
from lync_wizard.lab.manual_steps.registry import ACTIONS, AT, Action, Context, Done, actions, do

__all__ = [
    "ACTIONS",
    "AT",
    "Action",
    "Context",
    "Done",
    "acceptance",
    "actions",
    "back_end",
    "branch",
    "central",
    "do",
    "edge",
    "harm",
    "interrupted",
    "log_shipping",
    "pairs",
    "replacement",
    "roles",
    "stand_alone",
    "windows",
]
