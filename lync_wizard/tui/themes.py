"""Two themes, dark and light: every colour that carries text keeps 4.5:1 against every ground it stands on."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

TEXT: Final = ("foreground", "muted", "accent", "success", "warning", "error")
"""Names of the colours text is written in."""
GROUNDS: Final = ("background", "selected", "field")
"""Names of the colours text stands on."""

DARK: Final = Theme(
    name="lync-dark",
    primary="#79b8ff",
    secondary="#79b8ff",
    accent="#79b8ff",
    foreground="#d8dee4",
    background="#1a1a1a",
    surface="#1a1a1a",
    panel="#1a1a1a",
    boost="#1a1a1a",
    success="#5fce8a",
    warning="#e6b450",
    error="#ff8078",
    dark=True,
    variables={
        "muted": "#93a0ad",
        "line": "#4a5663",
        "selected": "#2e363e",
        "field": "#262a2e",
        "drill": "#5fb3b3",
        "block-cursor-text-style": "none",
    },
)
LIGHT: Final = Theme(
    name="lync-light",
    primary="#0a4fa8",
    secondary="#0a4fa8",
    accent="#0a4fa8",
    foreground="#1d2329",
    background="#fbfbf8",
    surface="#fbfbf8",
    panel="#fbfbf8",
    boost="#fbfbf8",
    success="#0f6030",
    warning="#7a4a00",
    error="#a8121f",
    dark=False,
    variables={
        "muted": "#525c66",
        "line": "#9aa4ad",
        "selected": "#dfe8f2",
        "field": "#eeeeea",
        "drill": "#0b5a5a",
        "block-cursor-text-style": "none",
    },
)


def colours(theme: Theme) -> dict[str, str]:
    """Every named colour of a theme as ``#rrggbb``."""
    own = {
        "foreground": theme.foreground,
        "background": theme.background,
        "accent": theme.accent,
        "success": theme.success,
        "warning": theme.warning,
        "error": theme.error,
    }
    named = {name: value for name, value in theme.variables.items() if value.startswith("#")}
    return {name: value for name, value in own.items() if value} | named
