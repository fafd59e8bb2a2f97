"""The guided set-up: finds the deployment, asks what only people know, tries it, and fills the worksheets."""
