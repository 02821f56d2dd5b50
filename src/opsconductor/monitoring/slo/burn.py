"""How fast an error budget is spent; the tiers' alerts and the panels both take it here."""


def burn(error_ratio: str, budget: str) -> str:
    """The error ratio over the budget, as PromQL: at 1 the budget lasts exactly its period."""
    return f"{error_ratio} / {budget}"
