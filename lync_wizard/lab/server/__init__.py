"""The lab as a process: its listeners, its control interface, its faults."""
