"""The simulated deployment: state behind one lock, saved after every change, and disks as real folders."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PureWindowsPath

from lync_wizard.core import timestamps
from lync_wizard.core.secret import Secret
from lync_wizard.core.storage import write_whole
from lync_wizard.lab.farm import clockwork, dfs
from lync_wizard.lab.farm.hostile import LYING_LENGTHS
from lync_wizard.lab.farm.state import Account, Fault, Host, State
from lync_wizard.lab.winrm.contract import Invocation, Trouble

_OTHER_MACHINE = "other-machine"
WIRE_TROUBLE = frozenset({
    "drop", "drop-before", "hang", "http-400", "http-500", "idle-drop", "shell-gone", "slow", _OTHER_MACHINE,
    LYING_LENGTHS,
})  # fmt: skip
REPLICATION_SECONDS = 20.0
"""How long a replica needs to catch up, in simulated seconds."""


def _clock() -> float:
    """Seconds since 1970."""
    return timestamps.now().timestamp()


class Simulation:
    """A deployment in ``folder`` (``state.json``, ``disks/<fqdn>/C/…``).

    ``speed`` divides every simulated second. All access to ``state`` that changes it goes through :meth:`change`.
    """

    def __init__(self, folder: Path, state: State, speed: float = 1.0, clock: Callable[[], float] = _clock) -> None:
        self.folder = folder
        self.state = state
        self.speed = speed
        self.clock = clock
        self.accepts: Callable[[Secret], bool] = bool
        """Whether a password is the users'; any is, where nobody knows which one is on record."""
        self.tamper: Callable[[], None] = lambda: None
        """What a fault does beside what hosts show: to the files of the drill's home."""
        self.shown: Counter[str] = Counter()
        """How often this process has shown a fault of each kind."""
        self.lock = threading.RLock()
        self._depth = 0

    @classmethod
    def load(cls, folder: Path, speed: float = 1.0) -> Simulation:
        """Read ``state.json`` from ``folder``. Raises OSError or ValueError when it is missing or damaged."""
        data = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return cls(folder, State.from_json(data), speed)

    @contextlib.contextmanager
    def change(self) -> Iterator[State]:
        """Hold the lock, yield the state, and save it when the outermost block ends without an error."""
        with self.lock:
            self._depth += 1
            try:
                yield self.state
            finally:
                self._depth -= 1
            if self._depth == 0:
                self.save()

    def save(self) -> None:
        with self.lock:
            write_whole(self.folder / "state.json", self.state.to_text())

    def settle(self) -> None:
        """Apply what is due by now: pending starts end, replicas catch up, the User Replicator provisions users."""
        with self.lock:
            if clockwork.settle(self.state, self.clock(), REPLICATION_SECONDS / self.speed, self.speed):
                self.save()

    # Disks

    def disk(self, host: str) -> Path:
        """The folder that stands for ``C:`` of a host."""
        return self.folder / "disks" / host.lower() / "C"

    def wipe_disk(self, host: str) -> None:
        """Empty a host's disk, as new hardware or a fresh Windows does."""
        shutil.rmtree(self.disk(host), ignore_errors=True)
        self.disk(host).mkdir(parents=True)

    def locate(self, host: str, path: str) -> Path:
        """The real file or folder behind a Windows path as seen on ``host`` (``C:\\…`` or ``\\\\server\\share\\…``).

        Raises FileNotFoundError where the drive, server or share does not exist or does not answer. The path itself
        need not exist; existing parts are found without regard to case.
        """
        windows = PureWindowsPath(plain_path(path))
        if windows.drive.startswith("\\\\"):
            server, _, share = windows.drive[2:].partition("\\")
            owner = self.state.host(server)
            if owner is None or not owner.present:
                raise FileNotFoundError(f"The network path was not found: {windows.drive}")
            shares = {name.lower(): local for name, local in owner.shares.items()}
            if dfs.is_namespace(self.state, owner.fqdn):
                dfs.refuse_loopback(self.state, host)
                return _descend(self.disk(owner.fqdn), (share, *windows.parts[1:]))
            shares.setdefault("c$", "C:\\")
            if share.lower() not in shares:
                raise FileNotFoundError(f"The network name cannot be found: {windows.drive}")
            parts = (*PureWindowsPath(shares[share.lower()]).parts[1:], *windows.parts[1:])
            return _descend(self.disk(owner.fqdn), parts)
        if windows.drive.upper() != "C:":
            raise FileNotFoundError(f"Cannot find drive: {windows.drive or path}")
        return _descend(self.disk(host), windows.parts[1:])

    # What a WinRM listener asks before and while commands run

    def admits(self, host: str, user: str) -> bool:
        """Whether the account exists and is a local administrator of the host (what WinRM asks for)."""
        with self.lock:
            if self._take(host, (), frozenset({"access-denied"})):
                return False
            found = self.state.host(host)
            return found is not None and self.is_local_admin(found, user)

    def account(self, user: str) -> Account | None:
        """The directory's account for ``DOMAIN\\name`` or ``name@domain``."""
        name = user.partition("\\")[2] or user.partition("@")[0]
        return self.state.directory.accounts.get(name.lower())

    def is_local_admin(self, host: Host, user: str) -> bool:
        """Whether the account administers the host: one of its own, or a domain account where it is in the domain."""
        place, _, name = user.rpartition("\\")
        allowed = {member.lower() for member in host.groups.get("Administrators", [])}
        netbios = self.state.directory.netbios
        if not host.domain:
            known = place.lower() != netbios.lower() and name.lower() in {one.lower() for one in host.local_accounts}
            return known and f"{host.name}\\{name}".lower() in allowed
        account = self.account(user)
        if account is None:
            return False
        names = {f"{netbios}\\{name}".lower() for name in (account.name, *account.groups)}
        return bool(allowed & names)

    def answers(self, host: str) -> bool:
        with self.lock:
            found = self.state.host(host)
            return found is not None and found.present

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        """The next requested wire fault that fits; each is shown as often as its ``times`` says."""
        with self.lock:
            fault = self._take(host, [i.name for i in pipeline], WIRE_TROUBLE)
            if fault is not None and fault.kind == _OTHER_MACHINE:
                # Whatever answered here is gone, with its shells; what answers from now on is another computer.
                found = self.state.host(host)
                if found is not None:
                    found.stranger = True
                    self.save()
                return Trouble("shell-gone")
        if fault is None:
            return None
        if fault.fields.get("tampers"):
            self.tamper()
        return Trouble(fault.kind, fault.after, fault.seconds, fault.fields)

    def fault(self, kind: str, host: str, command: str = "", fields: Mapping[str, str] | None = None) -> Fault | None:
        """The next fault of the simulation's own kinds that fits, counted down; ``fields`` must not contradict its."""
        with self.lock:
            return self._take(host, [command] if command else [], frozenset({kind}), fields or {})

    def _take(
        self, host: str, commands: Sequence[str], kinds: frozenset[str], fields: Mapping[str, str] | None = None
    ) -> Fault | None:
        names = {name.lower() for name in commands}
        for fault in self.state.faults:
            fits = fault.kind in kinds and fault.times != 0
            fits = fits and all(fault.fields.get(key, value) == value for key, value in (fields or {}).items())
            fits = fits and fault.host.lower() in ("", host.lower(), host.lower().partition(".")[0])
            if fits and (not fault.command or fault.command.lower() in names):
                if fault.times > 0:
                    fault.times -= 1
                    self.save()
                self.shown[fault.kind] += 1
                return fault
        return None


def plain_path(path: str) -> str:
    """A Windows path with backslashes and without the prefix for long paths (``\\\\?\\``, ``\\\\?\\UNC\\``)."""
    text = path.replace("/", "\\")
    if text.upper().startswith("\\\\?\\UNC\\"):
        return "\\\\" + text[8:]
    return text.removeprefix("\\\\?\\")


def _descend(root: Path, parts: Sequence[str]) -> Path:
    found = root
    for part in parts:
        if part == "..":
            found = found if found == root else found.parent
            continue
        exact = found / part
        if not exact.exists() and found.is_dir():
            exact = next((child for child in found.iterdir() if child.name.lower() == part.lower()), exact)
        found = exact
    return found
