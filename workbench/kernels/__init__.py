"""Array functions used by two rooms or more."""
