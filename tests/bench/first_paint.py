"""The wizard's screens up to their first frame: the one that shows the wizard's own top line, before anything is read.

The home folder is the argument. Ends as the empty app does, at that frame; with ``--home`` it goes on, prints when the
frame stood and when home could be used (seconds since this module began), and ends there.
"""

import sys
import time
from argparse import Namespace

BEGAN = time.perf_counter()

from lync_wizard.tui import Start, WizardApp, Work  # noqa: E402
from lync_wizard.tui.widgets.frame import PRODUCT  # noqa: E402


def load(_: object) -> Work:
    from lync_wizard.cli.context import open_context

    return open_context(Namespace(home=sys.argv[1], deployment=None))


class First(WizardApp):
    def opened(self) -> None:
        (line, *_) = self.screen._compositor.render_strips()
        assert PRODUCT in line.text, "the first frame has no top line"
        if "--home" not in sys.argv:
            self.exit()
            return
        self.stood = time.perf_counter() - BEGAN
        super().opened()
        self.looking = self.set_interval(0.02, self.look)

    def look(self) -> None:
        from lync_wizard.tui.screens.home import HomeScreen

        if isinstance(self.screen, HomeScreen):
            self.looking.stop()
            self.call_after_refresh(self.exit)
            print(f"first frame {self.stood:.2f} s, home {time.perf_counter() - BEGAN:.2f} s", file=sys.__stdout__)


if __name__ == "__main__":
    app = First(load, start=Start())
    app.run(headless=True)
    if app.crash or app.refused:
        sys.exit("\n".join([*app.crash, str(app.refused or "")]))
