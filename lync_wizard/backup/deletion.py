"""Whether the account that runs this program may delete what lies in the backup location; nothing is tried out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lync_wizard.backup.manifest import MANIFEST


def may_delete(folder: Path) -> bool | None:
    """Whether this account may delete the manifest of a set; None where that cannot be told."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    if sys.platform == "win32":
        return _windows(path)
    return os.access(folder, os.W_OK | os.X_OK)


if sys.platform == "win32":
    import ctypes

    def _windows(path: Path) -> bool | None:
        """Open the file for deletion and close it again: Windows refuses that without the right to delete."""
        delete, share_all, existing, denied = 0x00010000, 7, 3, 5
        opened = ctypes.windll.kernel32.CreateFileW(str(path), delete, share_all, None, existing, 0, None)
        if opened in {-1, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}:
            return False if ctypes.windll.kernel32.GetLastError() == denied else None
        ctypes.windll.kernel32.CloseHandle(opened)
        return True
