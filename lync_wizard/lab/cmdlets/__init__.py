"""The simulated cmdlets by field; importing this package registers all of them."""

from lync_wizard.lab.cmdlets import (
    configuration,
    databases,
    directory,
    files,
    objects,
    replication,
    rgs,
    services,
    topology,
    userdata,
    windows,
)

__all__ = [
    "configuration",
    "databases",
    "directory",
    "files",
    "objects",
    "replication",
    "rgs",
    "services",
    "topology",
    "userdata",
    "windows",
]
