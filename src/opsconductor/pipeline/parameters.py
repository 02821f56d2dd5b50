"""Which values a tool's parameter can take from the things that a sentence names."""

from collections.abc import Iterable

from opsconductor.client.automation_answers import Scalar, ToolParameter
from opsconductor.pipeline import addresses
from opsconductor.pipeline.entities import Entities, Kind, Mention
from opsconductor.pipeline.wording import stem

SOURCES: dict[str, tuple[Kind, ...]] = {
    "host": (Kind.HOST, Kind.URL),
    "domain": (Kind.HOST, Kind.URL),
    "url": (Kind.URL, Kind.HOST),
    "port": (Kind.PORT, Kind.URL),
    "path": (Kind.PATH,),
    "service": (Kind.SERVICE,),
    "count": (Kind.COUNT,),
    "duration": (Kind.DURATION,),
    "choice": (Kind.CHOICE,),
    "text": (Kind.QUOTED,),
}
"""Kinds of mentions that a parameter of each format can use, the likeliest first."""


def kinds_for(parameter: ToolParameter) -> tuple[Kind, ...]:
    """The kinds of mentions that can give the parameter a value, the likeliest first."""
    if parameter.enum:
        return (Kind.CHOICE,)
    if parameter.format in SOURCES:
        return SOURCES[parameter.format]
    if parameter.type in {"integer", "number"}:
        return (Kind.COUNT,)
    if parameter.type == "duration":
        return (Kind.DURATION,)
    return (Kind.QUOTED,) if parameter.type == "string" else ()


def values_for(parameter: ToolParameter, entities: Entities, words: Iterable[str]) -> list[Scalar]:
    """Every value that the mentions offer the parameter, each once, in the sentence's order.

    What is only hinted at ("this machine", "ssh" for port 22) fills a required parameter, and only
    where nothing is named outright. A number without a format is taken only where a word of the
    parameter's name stands in the sentence, so that "three times" is no expected status code.
    """
    named, hinted = _offers(parameter, entities)
    if parameter.format is None and not parameter.enum and not _is_named(parameter, words):
        return []
    if parameter.enum:
        return named or hinted
    return named or (hinted if parameter.required else [])


def _offers(parameter: ToolParameter, entities: Entities) -> tuple[list[Scalar], list[Scalar]]:
    """The values named outright and those that are only hinted at."""
    named: dict[Scalar, None] = {}
    hinted: dict[Scalar, None] = {}
    for kind in kinds_for(parameter):
        for mention in entities.of(kind):
            value = _value(parameter, mention, entities)
            if value is not None:
                (named if mention.consumes else hinted).setdefault(value)
        if named:
            break
    return list(named), list(hinted)


def _value(parameter: ToolParameter, mention: Mention, entities: Entities) -> Scalar:
    """What the mention gives the parameter; None where it gives nothing."""
    if parameter.enum:
        return next((v for v in parameter.enum if str(v) == mention.value), None)
    match mention.kind, parameter.format:
        case Kind.URL, "host" | "domain":
            return addresses.host_of(str(mention.value))[0] or None
        case Kind.URL, "port":
            return addresses.host_of(str(mention.value))[1]
        case Kind.HOST, "url":
            host = str(mention.value)
            return addresses.url_for(host, _port_of(host, entities))
    return _typed(parameter, mention.value)


def _typed(parameter: ToolParameter, value: str | float) -> Scalar:
    if parameter.type == "integer" and isinstance(value, float):
        return round(value)
    return str(value) if parameter.type == "string" else value


def _port_of(host: str, entities: Entities) -> int | None:
    """The port written beside the host, or the only one in the sentence."""
    ports = [mention for mention in entities.of(Kind.PORT) if mention.consumes]
    beside = [mention for mention in ports if mention.host == host]
    chosen = beside or [mention for mention in ports if not mention.host]
    return int(chosen[0].value) if len(chosen) == 1 else None


def _is_named(parameter: ToolParameter, words: Iterable[str]) -> bool:
    own = {stem(word) for word in parameter.name.split("_")}
    return any(stem(word) in own for word in words)
