"""The terminal front end; the only package that imports Textual."""

from lync_wizard.tui.app import Ending, Start, WizardApp, open_app

__all__ = ["Ending", "Start", "WizardApp", "open_app"]
