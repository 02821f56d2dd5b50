"""The commented example file: every setting, its default and one line of help."""

from collections.abc import Iterable
from itertools import groupby

from opsconductor.settings.entries import Entry, entries, section_help

_HEAD = """\
# Every setting with its default. Copy what you change into opsconductor.toml beside this file.
# OPSCONDUCTOR_<SECTION>_<NAME> in the environment wins over the file.
"""


def example() -> str:
    """`opsconductor.toml.example`, rendered from the model."""
    tables = groupby(entries(), key=lambda entry: entry.section)
    return "\n".join((_HEAD, *(_table(section, held) for section, held in tables)))


def _table(section: str, held: Iterable[Entry]) -> str:
    head = (f"# {section_help(section)}", f"[{section}]") if section else ()
    return "\n".join((*head, *(f"# {one.help}\n# {one.name} = {one.default}\n" for one in held)))
