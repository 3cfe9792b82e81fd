"""Queue, states and event log, proposals, plates, lab exchange, verdicts."""
