"""Guided backup and restore of Lync Server 2013: data and decisions below, effects above, front ends on top.

Layers, top to bottom; a module imports only from lines below its own:
``cli`` · ``tui | lab`` · ``setup | doctor | backup_run`` · ``runner | printout | script`` · ``journal | checks`` ·
``run`` · ``plan`` · ``procedure | triage | backup`` · ``topology`` · ``deployment`` · ``worksheet | hosts`` ·
``document | secret | catalogue`` · ``errors``. Every module has its line in pyproject.toml, where it is enforced.

Threads: the runner owns one worker thread and is the only writer of the journal; a screen never touches a host, and
the runner's thread never touches a screen except by posting a message. Each host session belongs to one thread.
"""
