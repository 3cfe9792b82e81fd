"""Parts of the page of one batch."""
