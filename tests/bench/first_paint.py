"""The wizard's screens, ended when the home screen has been painted; the home folder is the argument."""

import sys
from pathlib import Path

from lync_wizard.guide import Guide
from lync_wizard.hosts import Session
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.secret import Redactor
from lync_wizard.storage import Home
from lync_wizard.tui import Start, WizardApp
from lync_wizard.tui.screens.home import HomeScreen


def connect(server: str, account: str, transport: str = "psrp") -> Session:
    raise AssertionError(server)


class First(WizardApp):
    def on_ready(self) -> None:
        self.set_interval(0.005, self.look)

    def look(self) -> None:
        if isinstance(self.screen, HomeScreen):
            self.call_after_refresh(self.exit)


if __name__ == "__main__":
    First(Guide(Home(Path(sys.argv[1])), AddressBook(), connect, Redactor()), start=Start()).run(headless=True)
