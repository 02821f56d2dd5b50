"""Every setting as documents show it: names, default, what is allowed, help."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from opsconductor.settings.loading import ENVIRONMENT_NAMES, PREFIX
from opsconductor.settings.model import PROJECT_ROOT, Settings, sections


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting. `section` is empty for one outside every table; `default` is TOML.

    `variables` are the names in the environment, the one that wins first.
    """

    section: str
    name: str
    default: str
    allowed: str
    variables: tuple[str, ...]
    help: str

    @property
    def key(self) -> str:
        """The name with its table."""
        return f"{self.section}.{self.name}" if self.section else self.name


def entries() -> Iterator[Entry]:
    """Every setting in the order of the model, those outside every table first."""
    for name, info in Settings.model_fields.items():
        if name not in sections():
            yield _entry("", name, info)
    for section, model in sections().items():
        for name, info in model.model_fields.items():
            yield _entry(section, name, info)


def section_help(section: str) -> str:
    """What a table of the settings file is about."""
    return (sections()[section].__doc__ or "").splitlines()[0]


def _entry(section: str, name: str, info: FieldInfo) -> Entry:
    key = (section, name) if section else (name,)
    return Entry(
        section=section,
        name=name,
        default=_toml(info.get_default(call_default_factory=True, validated_data={})),
        allowed=_allowed(info),
        variables=(
            f"{PREFIX}{'_'.join(key)}".upper(),
            *(variable for variable, named in ENVIRONMENT_NAMES.items() if named == key),
        ),
        help=info.description or "",
    )


def _allowed(info: FieldInfo) -> str:
    """What may be written, in words."""
    kind: Any = info.annotation
    if get_origin(kind) is Literal:
        *others, last = (str(value) for value in get_args(kind))
        return f"{', '.join(others)} or {last}"
    if get_origin(kind) is dict:
        return "table of numbers"
    if kind in {int, float}:
        return f"{'whole number' if kind is int else 'number'}{_range(info)}"
    words = {bool: "true or false", str: "text", SecretStr: "text, kept secret"}
    return words.get(kind, "folder")


def _range(info: FieldInfo) -> str:
    least, above, most = (_bound(info, name) for name in ("ge", "gt", "le"))
    if most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f", {least} or more"
    return "" if above is None else f" above {above}"


def _bound(info: FieldInfo, name: str) -> object:
    """The bound that one of the field's constraints sets, or None."""
    found = (getattr(one, name, None) for one in info.metadata)
    return next((value for value in found if value is not None), None)


def _toml(value: Any) -> str:
    match value:
        case None:
            return '""'
        case SecretStr():
            return json.dumps(value.get_secret_value())
        case Path():
            shown = value.relative_to(PROJECT_ROOT) if PROJECT_ROOT in value.parents else value
            return json.dumps(str(shown))
        case dict():
            pairs = ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case _:
            return json.dumps(value)
