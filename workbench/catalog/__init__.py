"""The catalog: lake + ledger + data sets + importers + search. Knows tables, no science; alone opens a store."""
