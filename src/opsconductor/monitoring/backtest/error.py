"""The one error of backtests."""


class BacktestError(ValueError):
    """The input cannot be judged; the text names the file and says what to do."""
