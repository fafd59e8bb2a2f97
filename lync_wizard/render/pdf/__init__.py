"""Papers: worksheets, plan, procedures and run reports as PDF, and the way to the printer. The only user of Typst."""

from lync_wizard.render.pdf.checklist import procedure
from lync_wizard.render.pdf.fonts import japanese
from lync_wizard.render.pdf.printer import send
from lync_wizard.render.pdf.run_report import report
from lync_wizard.render.pdf.set_sheet import set_sheet
from lync_wizard.render.pdf.typeset import PAPERS, Paper
from lync_wizard.render.pdf.worksheets import plan_sheet, worksheets

__all__ = ["PAPERS", "Paper", "japanese", "plan_sheet", "procedure", "report", "send", "set_sheet", "worksheets"]
