"""``python -m lync_wizard``."""

from lync_wizard.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
