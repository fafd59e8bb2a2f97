"""A real PowerShell behind the lab's remote shells: its processes, and commands of its own that lead to the lab."""
