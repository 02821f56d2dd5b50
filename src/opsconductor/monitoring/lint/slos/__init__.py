"""Checks of OpenSLO documents: what the compiler refuses, said as findings.

The compiler is asked, so that lint and compiler can never disagree.
"""

from collections.abc import Iterator, Mapping

from opsconductor.monitoring.lint.finding import Finding, Kind
from opsconductor.monitoring.lint.slos import documents as documents_kinds
from opsconductor.monitoring.lint.slos import promises as promises_kinds
from opsconductor.monitoring.slo.compiler import compiled_documents
from opsconductor.monitoring.slo.documents import Documents, field_names
from opsconductor.monitoring.slo.promise import Options

KINDS: tuple[Kind, ...] = (*documents_kinds.KINDS, *promises_kinds.KINDS)
BY_ID: Mapping[str, Kind] = {kind.id: kind for kind in KINDS}


def check(documents: Documents, options: Options) -> Iterator[Finding]:
    """Everything for which an SLO of the documents would not be compiled."""
    for one in compiled_documents(documents, options).problems:
        yield Finding(
            kind=BY_ID[one.code],
            position=one.position,
            subject=one.subject,
            explanation=f"{_sentence(one.what)}.",
        )


def _sentence(what: str) -> str:
    """With a capital, unless a field's name begins it, which is written in one way only."""
    first = what.partition(" ")[0].rstrip(":")
    is_field = "." in first or first in field_names()
    return what if is_field else f"{what[:1].upper()}{what[1:]}"
