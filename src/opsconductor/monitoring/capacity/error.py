"""The errors of capacity planning, apart so that whoever reports them loads no more."""


class WorkloadError(ValueError):
    """What is to be planned makes no sense; `option` names what to change."""

    def __init__(self, option: str, what: str) -> None:
        super().__init__(what)
        self.option = option


class MeasurementsError(Exception):
    """The measured figures are not there or make no line; the text says what to do."""
