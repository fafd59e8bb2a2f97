"""The lab's hands: what only a person at the machine can do, each deed with the consequence it has in life.

Each module of this package enters its deeds by being imported here; that order is the order in which they are offered.
"""

from lync_wizard.lab.manual_steps import windows  # isort: skip
from lync_wizard.lab.manual_steps import central  # isort: skip
from lync_wizard.lab.manual_steps import roles  # isort: skip
from lync_wizard.lab.manual_steps import back_end  # isort: skip
from lync_wizard.lab.manual_steps import stand_alone  # isort: skip
from lync_wizard.lab.manual_steps import interrupted  # isort: skip
from lync_wizard.lab.manual_steps import harm  # isort: skip
from lync_wizard.lab.manual_steps.registry import ACTIONS, AT, Action, Done, Scene, actions, do

__all__ = [
    "ACTIONS",
    "AT",
    "Action",
    "Done",
    "Scene",
    "actions",
    "back_end",
    "central",
    "do",
    "harm",
    "interrupted",
    "roles",
    "stand_alone",
    "windows",
]
