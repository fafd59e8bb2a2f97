"""The crash matrix: every disaster that can be practised, the wizard killed everywhere, the lab as judge.

``make soak`` runs all of it; a seeded sample of it stands among the tests.
"""
