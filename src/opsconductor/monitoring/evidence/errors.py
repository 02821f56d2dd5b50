"""The one error of the evidence, apart from the rest so that whoever reports it loads no more."""


class StaleResultsError(Exception):
    """The results are not there, or were measured from other data than there is now."""
