"""A simulated SQL Server: the parser, the engine and the catalogue views for what is sent to it."""
