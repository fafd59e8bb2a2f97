"""Which fonts a paper needs beyond those that Typst brings, and which of them this machine has."""

from __future__ import annotations

import functools
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst

JAPANESE: Final = (
    "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic", "Meiryo", "MS Gothic", "Hiragino Sans", "IPAexGothic", "IPAGothic",
    "Hiragino Kaku Gothic ProN", "TakaoGothic", "Source Han Sans JP", "Source Han Sans", "Noto Serif CJK JP",
    "MS Mincho",
)  # fmt: skip
"""Font families with Japanese characters, the best for small tables first."""

PACKAGE: Final = "pylopdf-fonts-cjk"
HINT: Final = "Install one with `pip install lync-wizard[japanese]`; on Debian fonts-ipaexfont-gothic does too."
_EAST_ASIAN: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_COVERED: Final = re.compile("[\u0000-\u052f\u1e00-\u1fff\u2000-\u2bff\ufb00-\ufb06]*")
"""What Libertinus Serif and DejaVu Sans Mono, which come with Typst, hold between them."""


@dataclass(frozen=True)
class Faces:
    """Families to fall back on, folders they lie in, whether the system's fonts are looked at, what is missing."""

    families: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    system: bool = False
    warning: str = ""


def needed(text: str) -> Faces:
    """The fonts for these characters; the system's are read only where Typst's own do not suffice."""
    if _COVERED.fullmatch(text):
        return Faces()
    if not _EAST_ASIAN.search(text):
        return Faces(system=True)
    found = japanese()
    if found is None:
        return Faces(
            system=True, warning=f"No font of this computer has Japanese characters; they show as boxes. {HINT}"
        )
    return Faces((found,), _folders(), system=True)


@functools.cache
def japanese() -> str | None:
    """The family with Japanese characters that would be used; None where neither package nor system has one."""
    there = typst.Fonts(include_system_fonts=True, font_paths=[str(folder) for folder in _folders()]).families()
    return next((family for family in JAPANESE if family in there), None)


def _folders() -> tuple[Path, ...]:
    """The font package's folder, where it is installed; its code is not run."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    return tuple(map(Path, spec.submodule_search_locations or ())) if spec else ()
