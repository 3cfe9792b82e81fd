"""Durable job kinds, one file each: the only place where two science rooms meet."""
