"""The virtual cell: predict, explain, baselines, domain and intervals."""
