"""Export-Csv and Import-Csv on the simulated disks."""

from __future__ import annotations

import csv
import io

from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.objects import text_of
from lync_wizard.lab.winrm.contract import Thing

_TYPE = "System.Management.Automation.PSCustomObject"


def _path(call: Call) -> str:
    given = call.get("Path") or call.get("LiteralPath")
    return str(given[0] if isinstance(given, list) else given)


@cmdlet("Export-Csv")
def export_csv(call: Call) -> None:
    """One line for each object; nothing comes in, so nothing is written but an empty file."""
    things = [one for one in call.received if isinstance(one, Thing)]
    if not call.proceeds(call.name, _path(call)):
        return
    target = call.target_file(_path(call), new=bool(call.get("NoClobber", False)))
    text = io.StringIO()
    if things:
        if not call.get("NoTypeInformation", False):
            text.write(f"#TYPE {things[0].type_names[0]}\r\n")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        names = list(things[0].properties)
        writer.writerow(names)
        writer.writerows([text_of(one.properties.get(name)) for name in names] for one in things)
    target.write_text(text.getvalue(), encoding="utf-8", newline="")


@cmdlet("Import-Csv")
def import_csv(call: Call) -> None:
    lines = call.source_file(_path(call)).decode("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#TYPE"))
    for row in rows:
        call.write(Thing((_TYPE, "System.Object"), dict(row), str(row)))
