"""The REST API: instruments and scripts read the queue and push results, with tokens."""
