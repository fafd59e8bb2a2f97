"""The server side of WinRM and PowerShell Remoting."""
