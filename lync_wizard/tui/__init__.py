"""The terminal front end; the only package that imports Textual."""

from lync_wizard.tui.app import Load, WizardApp, open_app
from lync_wizard.tui.context import Ending, Start, Work

__all__ = ["Ending", "Load", "Start", "WizardApp", "Work", "open_app"]
