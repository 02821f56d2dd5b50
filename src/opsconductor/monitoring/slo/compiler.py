"""OpenSLO texts in, rule groups out: one group for each objective, and what was refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.rules.rule import Group, Rule
from opsconductor.monitoring.slo import alerts, recording
from opsconductor.monitoring.slo.checking import promises
from opsconductor.monitoring.slo.documents import Documents, read
from opsconductor.monitoring.slo.problem import Problem, Refused
from opsconductor.monitoring.slo.promise import Options, Promise
from opsconductor.monitoring.slo.references import resolve


@dataclass(frozen=True, slots=True)
class Compiled:
    """The objectives that can be compiled, and why others cannot."""

    promises: tuple[Promise, ...]
    problems: tuple[Problem, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The rules. An indicator by slices has a second group, evaluated once a slice."""
        return tuple(group for promise in self.promises for group in _groups(promise))


def compiled(texts: Mapping[str, str], options: Options) -> Compiled:
    """Compile every SLO of the texts, file name to content."""
    return compiled_documents(read(texts), options)


def compiled_documents(documents: Documents, options: Options) -> Compiled:
    """Compile every SLO of the documents. One that is broken does not hide the others."""
    good: list[Promise] = []
    problems = list(documents.problems)
    for document in documents.of("SLO").values():
        resolved = resolve(document, documents)
        if isinstance(resolved, list):
            problems += resolved
            continue
        try:
            good += promises(resolved, options)
        except Refused as refused:
            good = [one for one in good if one.slo != document.object.metadata.name]
            problems += refused.problems
    return Compiled(tuple(good), tuple(dict.fromkeys(problems)))


def _groups(promise: Promise) -> Iterator[Group]:
    base = recording.base(promise)
    rest: tuple[Rule, ...] = (
        *recording.windows(promise),
        *recording.breakdown(promise),
        *recording.facts(promise),
        *recording.budget(promise),
        *alerts.alerts(promise),
    )
    if promise.slices is None:
        yield Group(promise.group, (*base, *rest), promise.options.interval)
        return
    yield Group(f"{promise.group}-slices", base, promise.sample_seconds)
    yield Group(promise.group, rest, promise.options.interval)
