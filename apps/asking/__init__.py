"""Parts of the Cell page: queue, evidence, trust, comparison, screening."""
