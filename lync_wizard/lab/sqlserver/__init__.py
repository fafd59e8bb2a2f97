"""A simulated SQL Server: the parser, the engine and the catalogue views."""
