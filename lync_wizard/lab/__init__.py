"""The simulated Lync deployment of drills and tests, a process of its own (``python -m lync_wizard.lab``).

It answers WinRM and TDS on loopback like real servers, so the product needs no test mode. A folder imports only from
folders below it:

- ``server``: the process, its control socket, ``connections.yaml``, the client side for front ends
- ``manual_steps``: what only a person at a machine can do; a new action is a function with ``@action``
- ``scenarios``: deployments and their disasters as YAML files, the code that builds them; drills in ``catalogue``
- ``powershell``: runspaces, external programs; a new cmdlet is a function with ``@cmdlet`` in ``cmdlets/``
- ``verdict``: whether a restore or a backup set is complete, compared by code that nothing above shares; the score
- ``farm``: state, disks, topology, mirroring, what time changes; a new fault is an entry in ``faults.CATALOGUE``
- ``sqlserver``: a SQL Server instance: T-SQL parser, engine, catalogue views, BACKUP and RESTORE
- ``winrm`` and ``tds``: the two wire protocols; they know nothing of Lync
- ``scripts``: answers and actions of unattended drills, one YAML file per procedure
"""
