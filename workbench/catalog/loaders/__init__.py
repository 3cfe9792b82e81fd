"""One file a data set: names an importer and maps its columns."""
