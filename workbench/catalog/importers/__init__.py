"""One file a file format: recognise, plan, read; hostile files leave nothing behind."""
