"""A plan or procedure for people without the wizard: a Windows PowerShell script that asks at each step; Markdown."""

from lync_wizard.render.scripts.commands import native, source
from lync_wizard.render.scripts.markdown_text import markdown
from lync_wizard.render.scripts.script import BOM, LINE_END, powershell_script, script_bytes

__all__ = ["BOM", "LINE_END", "markdown", "native", "powershell_script", "script_bytes", "source"]
