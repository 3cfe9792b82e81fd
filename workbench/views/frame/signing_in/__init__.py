"""Who comes in: the door before every route, and the pages on which people sign in, choose and change a password."""
