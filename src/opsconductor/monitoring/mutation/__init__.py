"""Rules changed as a slip of the hand would change them, and how the changed ones are judged."""
