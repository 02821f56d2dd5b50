"""OpenSLO texts become objects: several documents a file, several files, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.slo import problem
from opsconductor.monitoring.slo.located import Located, LocatedError, Path, located
from opsconductor.monitoring.slo.openslo import KINDS, VERSION, Object
from opsconductor.monitoring.slo.problem import Problem

_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "float_type": "is no number",
    "float_parsing": "is no number",
    "string_type": "is no text",
    "list_type": "is no list",
    "dict_type": "is no mapping",
    "model_type": "is no mapping",
    "model_attributes_type": "is no mapping",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
}
"""What is wrong with a field, by the validator's word for it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object and where it stands."""

    file: str
    object: Object
    source: Located

    @property
    def subject(self) -> str:
        """Its kind and name."""
        return f"{self.object.kind} {self.object.metadata.name}"

    def at(self, *path: str | int) -> Position:
        """Where a part of it stands."""
        return Position(self.file, self.source.line(path))

    def problem(self, code: str, what: str, *path: str | int) -> Problem:
        """A problem of a part of it."""
        return Problem(code, self.at(*path), self.subject, what)


@dataclass(frozen=True, slots=True)
class Documents:
    """Every object that could be read, and what is wrong with the others."""

    objects: tuple[Document, ...]
    problems: tuple[Problem, ...]

    def of(self, kind: str) -> dict[str, Document]:
        """The objects of a kind, by name."""
        return {one.object.metadata.name: one for one in self.objects if one.object.kind == kind}


def read(texts: Mapping[str, str]) -> Documents:
    """Read the texts, file name to content. A broken document does not hide the others."""
    objects: dict[tuple[str, str], Document] = {}
    problems: list[Problem] = []
    for file, text in texts.items():
        for found in _file(file, text):
            if isinstance(found, Problem):
                problems.append(found)
                continue
            key = (found.object.kind, found.object.metadata.name)
            if key in objects:
                other = objects[key].at()
                what = f"the name is already taken at {other}; give each {key[0]} its own"
                problems.append(found.problem(problem.DUPLICATE, what, "metadata", "name"))
            else:
                objects[key] = found
    return Documents(tuple(objects.values()), tuple(problems))


def _file(file: str, text: str) -> Iterator[Document | Problem]:
    empty = True
    for document in located(text):
        empty = False
        if isinstance(document, LocatedError):
            yield Problem(problem.SYNTAX, Position(file, document.line), file, str(document))
            continue
        # The specification's own examples are lists of objects.
        many = isinstance(document.value, list)
        parts = [document.part(i) for i in range(len(document.value))] if many else [document]
        empty = not parts
        for part in parts:
            yield from _object(file, part)
    if empty:
        what = "holds no document; write an OpenSLO object or leave the file out"
        yield Problem(problem.SYNTAX, Position(file, 1), file, what)


def _object(file: str, source: Located) -> Iterator[Document | Problem]:
    value = source.value
    if not isinstance(value, dict):
        what = "a document is a mapping with apiVersion, kind, metadata and spec"
        yield Problem(problem.SYNTAX, Position(file, source.line(())), file, what)
        return
    subject = _subject(value)
    wrong = _foreign(value)
    if wrong is not None:
        field, what = wrong
        position = Position(file, source.line((field,)))
        yield Problem(problem.KIND, position, subject, what)
        return
    try:
        yield Document(file, KINDS[value["kind"]].model_validate(value), source)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            yield _invalid(file, source, subject, one)


def _subject(value: Mapping[str, object]) -> str:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{value.get('kind') or 'document'} {name or 'without a name'}"


def _foreign(value: Mapping[str, object]) -> tuple[str, str] | None:
    """The field that shows that the document is none of OpenSLO v1, and why."""
    version, kind = value.get("apiVersion"), value.get("kind")
    if version != VERSION:
        given = "is missing" if version is None else f"{version!r} is not known"
        return "apiVersion", f"apiVersion {given}; it has to be {VERSION}"
    if not isinstance(kind, str) or kind not in KINDS:
        given = "is missing" if kind is None else f"{kind!r} is not known"
        return "kind", f"kind {given}; there are {', '.join(KINDS)}"
    return None


def _invalid(file: str, source: Located, subject: str, error: ErrorDetails) -> Problem:
    path: Path = tuple(error["loc"])
    field = ".".join(str(part) for part in path)
    position = Position(file, source.line(path))
    if error["type"] == "extra_forbidden":
        what = f"{field}: no such field{_hint(str(path[-1]))}"
        return Problem(problem.UNKNOWN_FIELD, position, subject, what)
    what = error["msg"].removeprefix("Value error, ")
    what = _WORDS.get(error["type"], what)
    if path and path[-1] in {"target", "timeSliceTarget"} and error["type"] == "float_parsing":
        what += "; write a share such as 0.995, or a percentage as targetPercent: 99.5"
    return Problem(problem.INVALID_FIELD, position, subject, f"{field}: {what}" if field else what)


def _hint(field: str) -> str:
    close = get_close_matches(field, field_names(), n=1)
    return f"; did you mean {close[0]}?" if close else ""


@cache
def field_names() -> tuple[str, ...]:
    """The fields' names as the specification spells them, from every model."""
    seen = set[str]()
    for schema in [model.model_json_schema() for model in KINDS.values()]:
        for part in (schema, *schema.get("$defs", {}).values()):
            seen |= set(part.get("properties", {}))
    return tuple(sorted(seen))
