"""From a procedure to the plan of one restore or backup: every value filled in, nothing left to decide."""
