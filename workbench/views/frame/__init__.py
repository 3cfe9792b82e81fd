"""The frame around every page: header, search, navigation, job strip, theme; and the registry of pages."""
