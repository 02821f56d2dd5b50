"""The part of the evidence that judges approaches by incidents."""

from collections.abc import Mapping

from opsconductor.monitoring.evidence import approaches
from opsconductor.monitoring.evidence.approaches import APPROACHES, Approach
from opsconductor.monitoring.evidence.firing import EVALUATE
from opsconductor.monitoring.evidence.history import SCRAPE
from opsconductor.monitoring.evidence.incident import Shape, Worth
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.monitoring.evidence.markdown import percent, prose, table, time
from opsconductor.monitoring.evidence.results import Library
from opsconductor.monitoring.evidence.scoring import Score, race, score, verdict
from opsconductor.monitoring.evidence.worth import OTHER_POLICIES, POLICY

MARKS: Mapping[str, Worth] = {one.key: one.worth for one in INCIDENTS}

_ADVICE = """\
**What to do with this.** Page on a long and a short window together at a burn well above 1, and let
slow burns write tickets. The naive rule, “success below the target over 5 m and 1 h”, is a burn of
1. As a pager it is worse, and by a lot, wherever errors come and go within the budget: of the
incidents that it paged for {naive_precision} were worth it, against {six_precision} with approach 6
and {ours_precision} with our tiers, and it went off {naive_calls} times, {naive_false} of them for
what could have waited, where approach 6 went off {six_calls} times, {six_false} of them so, and our
tiers {ours_calls} and {ours_false}. Errors at nine tenths of the budget, where the objective is
met, called {within} times in a week; one bad minute in each hour called {hourly} times in three
days. In one thing it is better: it missed {naive_missed} of the {deserving} incidents worth a page,
approach 6 missed {six_missed}, and of the {both} that both caught it paged after a median of
{naive_time}, approach 6 after {six_time}. So keep it as a line on a dashboard or as a slow trend
that writes a mail (SLOBudgetTrend is that, over 3 d and 6 h), not as a page.

Know also what the recommended tiers leave out. Of {silent} approach 6 told nobody at all: a burn of
3 to 6 that lasts a night is below its page and over before its ticket, and a ratio does not see
that there was eight times the traffic. Our own page is the first tier alone, so {ours_fewer} more
incidents worth a page write to a channel only; who wants to be woken for those gives
SLOBurnRateSlow the severity `critical`. And at a few requests an hour no ratio is a page by itself:
without the {least} errors that our tiers demand, one or two failed requests called somebody. A real
outage there still calls again and again, {rare} times in three hours: between two requests the
five-minute window is empty, and an empty window does not burn.
"""
_COUNTING = """\
An incident counts once, however often it calls. “Told” counts pages and tickets alike, against
incidents that are worth either.
"""
_PRICES = """\
Calls are of all incidents together; a page that returns within five minutes is the same call. Times
and budget are medians over the incidents that the approach rightly paged for, which are not the
same ones for each; a page ends so long after the last error.
"""

_LIBRARY = """\
The library has {count} incidents, held against our own objective of 99 % over 30 days. They are
made up: {shapes}. How often each comes in a year is not in it, so the figures compare approaches;
they do not foretell how many pages you will get.

An incident's worth is marked by hand, by the budget that it spends, and knows nothing of windows
and factors: a truth made from a rule's own parts would find that rule perfect. **A page**: a
day's worth of the budget (a thirtieth) goes within 8 hours, of at least five failed requests, so
that it cannot wait for the morning. **A ticket**: a week's worth goes within a week, so that the
objective is missed if it goes on. **Nothing**: all else, also what was loud and short. A test
holds the marks against that.

Samples come every {scrape} s, evaluations every {evaluate} s, and `rate()` is computed as
Prometheus does. For {checked} of the incidents a real Prometheus {version} was asked for every
expression as well: {evaluations} evaluations, all equal.
"""


def incidents_section(results: Library) -> str:
    """Precision and recall, incident by incident, and what hangs on the marks."""
    scores = scored(results)
    return "\n".join(
        (
            "## Precision and recall\n",
            _library(results),
            "![Bars of precision and recall for each approach](precision-and-recall.svg)\n",
            _rightness(scores),
            prose(_COUNTING),
            _price(scores),
            prose(_PRICES),
            "### Incident by incident\n",
            "![A table of what each approach made of each incident](incidents.svg)\n",
            _incidents(results),
            "### How much hangs on the marks\n",
            "The same with other ideas of what is worth a page: precision / recall.\n",
            _policies(results),
        )
    )


def scored(results: Library) -> dict[str, Score]:
    """Every approach's score by the marks."""
    return {one.key: score(results.incidents, MARKS, one.key) for one in APPROACHES}


def advice(results: Library) -> str:
    """The one paragraph for those who read no further."""
    scores = scored(results)
    naive, six, ours = (
        scores[one.key] for one in (approaches.NAIVE, approaches.MULTIPLE_WINDOWS, approaches.OURS)
    )
    fair = race(results.incidents, MARKS, approaches.NAIVE.key, approaches.MULTIPLE_WINDOWS.key)

    def calls(incident: str, approach: Approach = approaches.NAIVE) -> int:
        return results.incidents[incident].outcomes[approach.key].calls

    return prose(
        _ADVICE.format(
            naive_precision=percent(naive.pages.precision),
            six_precision=percent(six.pages.precision),
            ours_precision=percent(ours.pages.precision),
            naive_calls=naive.calls,
            naive_false=naive.false_calls,
            six_calls=six.calls,
            six_false=six.false_calls,
            ours_calls=ours.calls,
            ours_false=ours.false_calls,
            within=calls("just-within"),
            hourly=calls("flap-1m-of-1h"),
            naive_missed=naive.pages.missed or "none",
            six_missed=six.pages.missed,
            deserving=six.pages.right + six.pages.missed,
            both=fair.incidents,
            naive_time=time(fair.one),
            six_time=time(fair.other),
            silent=_listed(_silent(results)),
            ours_fewer=six.pages.right - ours.pages.right,
            rare=calls("rare-outage-3h", approaches.OURS),
            least=approaches.OURS.alerts[0].least_errors,
        )
    )


def _silent(results: Library) -> list[str]:
    """The incidents worth a page of which approach 6 told nobody."""
    six = approaches.MULTIPLE_WINDOWS.key
    return [
        f"`{key}`"
        for key, found in results.incidents.items()
        if MARKS[key] is Worth.PAGE and verdict(MARKS[key], found.outcomes[six]) == "missed"
    ]


def _library(results: Library) -> str:
    checked = results.checked
    return prose(
        _LIBRARY.format(
            count=len(INCIDENTS),
            shapes=_listed([str(shape) for shape in Shape]),
            scrape=SCRAPE,
            evaluate=EVALUATE,
            checked=len(checked.incidents),
            version=checked.prometheus.partition("+")[0],
            evaluations=f"{checked.evaluations:,}",
        )
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _rightness(scores: Mapping[str, Score]) -> str:
    head = (
        "approach",
        "paged rightly",
        "falsely",
        "missed",
        "precision",
        "recall",
        "told: precision",
        "told: recall",
    )
    return table(
        head,
        (
            (
                one.title,
                str(found.pages.right),
                str(found.pages.false),
                str(found.pages.missed),
                f"**{percent(found.pages.precision)}**",
                f"**{percent(found.pages.recall)}**",
                percent(found.alerts.precision),
                percent(found.alerts.recall),
            )
            for one in APPROACHES
            for found in (scores[one.key],)
        ),
    )


def _price(scores: Mapping[str, Score]) -> str:
    head = (
        "approach",
        "calls",
        "false calls",
        "time to page",
        "budget gone by then",
        "at worst",
        "page ends after",
    )
    return table(
        head,
        (
            (
                one.title,
                str(found.calls),
                str(found.false_calls),
                time(found.detection),
                percent(found.spent, 1),
                percent(found.worst_spent, 1),
                time(found.reset),
            )
            for one in APPROACHES
            for found in (scores[one.key],)
        ),
    )


def _incidents(results: Library) -> str:
    head = ("incident", "<shape", "<worth", "<why", "budget spent", "days' worth in 8 h")
    return table(
        head,
        (
            (
                f"`{one.key}`",
                str(one.shape),
                str(one.worth),
                one.why,
                percent(found.spent, 1),
                f"{found.night:.2f}",
            )
            for one in INCIDENTS
            for found in (results.incidents[one.key],)
        ),
    )


def _policies(results: Library) -> str:
    def cell(approach: str, worths: Mapping[str, Worth]) -> str:
        pages = score(results.incidents, worths, approach).pages
        return f"{percent(pages.precision)} / {percent(pages.recall)}"

    policies = {f"{POLICY.name}: a day's budget in 8 hours": MARKS}
    for policy in OTHER_POLICIES:
        policies[policy.name] = {k: one.worths[policy.name] for k, one in results.incidents.items()}
    return table(
        ("approach", *policies),
        (
            (one.title, *(cell(one.key, worths) for worths in policies.values()))
            for one in APPROACHES
        ),
    )
