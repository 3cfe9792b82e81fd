"""Metrics and suites on arrays; nothing is promoted without one."""
