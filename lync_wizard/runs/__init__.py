"""Carrying a plan out: state from events, the runner, the journal, the operator, history and report."""
