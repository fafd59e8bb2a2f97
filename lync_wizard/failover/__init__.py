"""Pairs of pools before a failover: what hosts say of them, and whether a failover would work now."""
