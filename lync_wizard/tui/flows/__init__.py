"""The order of the screens: restore, run, backup, and the services that screens ask for."""
