"""What a procedure or plan looks like outside the program: runbook, PowerShell script, PDF."""
