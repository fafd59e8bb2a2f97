"""Guided backup and restore of Lync Server 2013: data and decisions below, effects above, front ends on top.

The layers, the threads and the way of one step from YAML to journal stand in docs/architecture.md; pyproject.toml has a
line for every layer, where it is enforced.
"""
