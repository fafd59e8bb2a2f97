"""A simulated Lync deployment on loopback that speaks the real protocols; a process of its own."""
