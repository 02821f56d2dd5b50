"""What must follow from what happens, for every alert: made from intent, never from a rule."""
