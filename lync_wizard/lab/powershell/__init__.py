"""A simulated PowerShell on a simulated host: binding, cmdlets, programs."""
