"""The terminal front end; the only package that imports Textual."""

from lync_wizard.tui.app import Ending, Load, Start, WizardApp, Work, open_app

__all__ = ["Ending", "Load", "Start", "WizardApp", "Work", "open_app"]
