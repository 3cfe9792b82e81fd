"""Parts of the Queue page and of a hypothesis's own: filters, table, decisions, discussion."""
