"""runbook-missing-page: a runbook's address with nothing behind it."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.lint.rules.example import GOOD, changed
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

MISSING_PAGE = Kind(
    id="runbook-missing-page",
    title="A runbook page that does not exist",
    level=Level.ERROR,
    why="Whoever is called at night follows the link and ends at a page that is not found.",
    remedy="Write the page, or correct the address.",
    bad=changed("runbooks/DiskNearlyFull", "runbooks/DiskAlmostFull"),
    good=GOOD,
)

KINDS: tuple[Kind, ...] = (MISSING_PAGE,)


def check(linted: LintedRules) -> Iterator[Finding]:
    """Addresses below the known base whose page is not among the known ones."""
    context = linted.context
    if context.runbooks is None or not context.runbook_base:
        return
    base = f"{context.runbook_base.rstrip('/')}/"
    for rule in linted.file.rules:
        url = rule.annotations.get("runbook_url")
        if url is None or not url.value.startswith(base) or "{{" in url.value:
            continue
        page = url.value.removeprefix(base).partition("#")[0].partition("?")[0].rstrip("/")
        if page in context.runbooks:
            continue
        near = nearest(page, context.runbooks)
        yield Finding(
            kind=MISSING_PAGE,
            position=url.position,
            subject=rule.subject,
            explanation=f"There is no runbook page `{page}`.",
            remedy=f"Did you mean `{near}`? Otherwise write the page." if near else "",
        )
