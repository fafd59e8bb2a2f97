"""Deployments to practise on: built from YAML files, backed up, and then struck by a disaster."""
