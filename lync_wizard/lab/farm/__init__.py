"""The simulated deployment itself: its state, its topology, and what time and loss do to it."""
