"""The server side of TDS, as far as the wizard and ODBC drivers use it."""
