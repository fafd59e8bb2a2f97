"""Every colour that carries text is readable on every ground it may stand on, in both themes."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from lync_wizard.tui.themes import DARK, GROUNDS, LIGHT, TEXT, colours


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", [*TEXT, "drill"])
def test_text_is_readable(theme: Theme, text: str, ground: str) -> None:
    found = colours(theme)
    assert contrast(found[text], found[ground]) >= 4.5, f"{text} on {ground}"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["warning", "accent", "drill", "foreground"])
def test_what_stands_reversed_is_readable(theme: Theme, ground: str) -> None:
    found = colours(theme)
    assert contrast(found["background"], found[ground]) >= 4.5
