"""The only script blocks this program ever sends: constants that move a file over a session, every value a parameter.

A lab recognises them by their exact text, so that it needs no PowerShell parser; changing a character here changes the
protocol. Windows PowerShell 3 runs them. Chunks keep a file's memory cost constant on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CHUNK: Final = 1 << 20
"""Bytes moved by one call."""

WRITE: Final = """\
param([string]$Path, [byte[]]$Bytes, [bool]$Append)
$mode = if ($Append) { [System.IO.FileMode]::Append } else { [System.IO.FileMode]::CreateNew }
$null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($Path))
$stream = New-Object System.IO.FileStream($Path, $mode, [System.IO.FileAccess]::Write)
try { $stream.Write($Bytes, 0, $Bytes.Length) } finally { $stream.Dispose() }
"""
"""Create a file (it must not exist) or append to it; missing folders are made. Returns nothing."""

READ: Final = """\
param([string]$Path, [long]$Offset, [int]$Count)
$stream = New-Object System.IO.FileStream($Path, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read)
try {
  $null = $stream.Seek($Offset, [System.IO.SeekOrigin]::Begin)
  $buffer = New-Object byte[] $Count
  $read = $stream.Read($buffer, 0, $Count)
  if ($read -lt $Count) { [Array]::Resize([ref]$buffer, $read) }
  , $buffer
} finally { $stream.Dispose() }
"""
"""Returns one byte array of at most ``Count`` bytes from ``Offset``; empty at the end of the file."""

MOVE: Final = """\
param([string]$Path, [string]$Destination)
if ([System.IO.File]::Exists($Destination)) { [System.IO.File]::Delete($Destination) }
[System.IO.File]::Move($Path, $Destination)
"""
"""Put a completely written temporary file in its place, over an older one."""

HASH: Final = """\
param([string]$Path, [string]$Names)
$sha = New-Object System.Security.Cryptography.SHA256CryptoServiceProvider
try {
  foreach ($name in $Names.Split([char]10)) {
    $file = [System.IO.Path]::Combine($Path, $name)
    $stream = [System.IO.File]::Open($file, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, 'ReadWrite')
    try { [System.BitConverter]::ToString($sha.ComputeHash($stream)).Replace('-', '') } finally { $stream.Dispose() }
  }
} finally { $sha.Dispose() }
"""
"""Returns the SHA-256 of each file of a folder that ``Names`` has, one a line; a provider that FIPS mode allows."""

SCRIPTS: Final = frozenset({WRITE, READ, MOVE, HASH})
NAMES: Final = {WRITE: "write", READ: "read", MOVE: "move", HASH: "hash"}
READING: Final = frozenset({READ, HASH})
"""Those that change nothing."""
_CHANGING: Final = frozenset({"Offset", "Bytes", "Append", "Count"})
"""Parameters that differ from chunk to chunk of one file."""


def shown(name: str, parameters: Mapping[str, str | int | bool | bytes]) -> str:
    """A script for the record: by its name, the same for every chunk of a file."""
    given = [
        f"-{key} {value}"
        for key, value in parameters.items()
        if key not in _CHANGING and not isinstance(value, bytes) and value != ""
    ]
    return " ".join([f"({name})", *given])
