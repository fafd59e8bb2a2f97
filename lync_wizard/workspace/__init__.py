"""One home folder, opened, and the use cases on it: a run session, a backup, the doctor."""
