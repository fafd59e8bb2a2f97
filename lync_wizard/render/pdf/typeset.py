"""Sets pages and makes the PDF: the only place that calls Typst. Texts reach it as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, Literal, get_args

import typst

from lync_wizard.core import terminal
from lync_wizard.core.errors import WizardError
from lync_wizard.render.pdf import fonts as faces
from lync_wizard.render.pdf.text_runs import Block, pieces

Paper = Literal["a4", "letter"]
PAPERS: Final[tuple[Paper, ...]] = get_args(Paper)
_SIZES: Final = {"a4": "a4", "letter": "us-letter"}
_TEMPLATE: Final = Path(__file__).with_name("paper.typ")


def set_pages(
    title: str,
    deployment: str,
    sections: Sequence[Block],
    *,
    made_at: datetime,
    paper: Paper = "a4",
    zone: tzinfo | None = None,
) -> bytes:
    """The PDF of these sections, with deployment, date (local, or in ``zone``) and page numbers on every page.

    Raises :class:`WizardError` where Typst refuses.
    """
    local = made_at.astimezone(zone)
    numbered = [section | {"number": number} for number, section in enumerate(sections)]
    text = json.dumps([title, deployment, numbered], ensure_ascii=False)
    fonts = faces.needed(text)
    data = {
        "title": terminal.visible(title),
        "deployment": pieces(terminal.visible(deployment)),
        "date": f"{local:%Y-%m-%d %H:%M} {local.tzname()}",
        "paper": _SIZES[paper],
        "faces": list(fonts.families),
        "warnings": [pieces(fonts.warning)] if fonts.warning else [],
        "sections": numbered,
    }
    try:
        made = typst.compile(
            _TEMPLATE.read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=fonts.system, font_paths=list(fonts.folders)),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            timestamp=int(made_at.timestamp()),
            pdf_tags=False,
        )
    except (typst.TypstError, RuntimeError) as error:
        raise WizardError(
            "the document could not be laid out",
            "Report this with the command you gave; the files are unharmed.",
            str(error),
        ) from error
    return bytes(made)
