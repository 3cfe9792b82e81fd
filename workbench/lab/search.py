"""`lab.find`."""

from workbench.catalog.search import Hit, find

__all__ = ["Hit", "find"]
