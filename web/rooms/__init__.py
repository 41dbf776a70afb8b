"""A class in a room of four letters: what is asked, who has answered, and what is kept of it."""
