"""The guided set-up: finds the deployment, asks what only people know, tries it, and fills the worksheets."""

from lync_wizard.setup.answers import Outcome, unattended
from lync_wizard.setup.finding import Source
from lync_wizard.setup.probing import Reach, Trial
from lync_wizard.setup.sitting import Sitting

__all__ = ["Outcome", "Reach", "Sitting", "Source", "Trial", "unattended"]
