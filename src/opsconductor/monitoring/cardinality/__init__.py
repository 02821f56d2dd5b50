"""How many series there are, how many there may be, and which of them nobody reads."""
