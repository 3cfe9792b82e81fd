"""How jobs run: here (inline) or in a worker (DBOS); the same function, the same record."""
