"""Papers: worksheets, plan, procedures and run reports as PDF, and the way to the printer. The only user of Typst."""

from lync_wizard.printout.checklist import procedure
from lync_wizard.printout.faces import japanese
from lync_wizard.printout.press import PAPERS, Paper
from lync_wizard.printout.run_report import report
from lync_wizard.printout.sheets import plan_sheet, worksheets
from lync_wizard.printout.spool import send

__all__ = ["PAPERS", "Paper", "japanese", "plan_sheet", "procedure", "report", "send", "worksheets"]
