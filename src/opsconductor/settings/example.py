"""The commented example file: every setting, its default and one line of help."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from opsconductor.settings.model import PROJECT_ROOT, Section, Settings, sections

_HEAD = """\
# Every setting with its default. Copy what you change into opsconductor.toml beside this file.
# OPSCONDUCTOR_<SECTION>_<NAME> in the environment wins over the file.
"""


def example() -> str:
    """`opsconductor.toml.example`, rendered from the model."""
    tables = [_table(name, section) for name, section in sections().items()]
    top = [
        _entry(name, info) for name, info in Settings.model_fields.items() if name not in sections()
    ]
    return "\n".join((_HEAD, *top, *tables))


def _table(name: str, section: type[Section]) -> str:
    doc = (section.__doc__ or "").splitlines()[0]
    entries = [_entry(field, info) for field, info in section.model_fields.items()]
    return "\n".join((f"# {doc}", f"[{name}]", *entries))


def _entry(name: str, info: FieldInfo) -> str:
    default = info.get_default(call_default_factory=True, validated_data={})
    return f"# {info.description}\n# {name} = {_toml(default)}\n"


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
