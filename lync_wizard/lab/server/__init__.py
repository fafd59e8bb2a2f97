"""The lab as a process: its listeners, its control interface, what front ends show of it."""
