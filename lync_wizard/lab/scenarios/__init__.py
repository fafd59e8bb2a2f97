"""Deployments to practise on: built from data, backed up, and then struck by a disaster."""
