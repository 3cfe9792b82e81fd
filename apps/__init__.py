"""Pages of the app: one file a page; each only lays views out and binds them to the lab."""
