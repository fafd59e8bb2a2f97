"""Export-Csv and Import-Csv on the simulated disks."""

from __future__ import annotations

import csv
import io

from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.objects import property_of, text_of
from lync_wizard.lab.winrm.contract import Thing

_TYPE = "System.Management.Automation.PSCustomObject"


def _path(call: Call) -> str:
    given = call.get("Path") or call.get("LiteralPath")
    return str(given[0] if isinstance(given, list) else given)


@cmdlet("Export-Csv")
def export_csv(call: Call) -> None:
    """One line for each object; where nothing comes in, the file is written all the same, and is empty.

    An existing file is replaced, or refused with ``-NoClobber``.
    """
    things = [one for one in call.received if isinstance(one, Thing)]
    path = _path(call)
    if not call.proceeds(call.name, path):
        return
    target = call.target_file(path)
    if call.get("NoClobber", False) and target.exists():
        call.fail(f"The file '{path}' already exists.", "ResourceExists", "NoClobber",
                  target=path, exception="System.IO.IOException")  # fmt: skip
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
    """The lines of the files that are named, or that come in as items of the file system."""
    named = call.get("Path") or call.get("LiteralPath")
    paths = [_path(call)] if named else [str(property_of(one, "FullName")) for one in call.received]
    for path in paths:
        lines = call.source_file(path).decode("utf-8").splitlines()
        for row in csv.DictReader(line for line in lines if not line.startswith("#TYPE")):
            call.write(Thing((_TYPE, "System.Object"), dict(row), str(row)))
