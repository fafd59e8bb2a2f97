"""Independent verdicts: what was restored or backed up, compared with the state before the disaster."""
