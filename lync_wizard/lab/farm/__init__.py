"""The simulated deployment itself: its state, its topology, its faults, and what changes with time and loss."""
