"""The parts of a page that are generated, between marks that Markdown does not show.

```
<!-- generated: NAME -->
…
<!-- end -->
```
"""

import re
from collections.abc import Mapping

_SECTION = re.compile(
    r"^<!-- generated: (?P<name>\w+) -->\n(?P<body>.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL
)
_MARK = re.compile(r"^<!-- (?:generated: \w+|end) -->$", re.MULTILINE)
MARKS_OF_A_SECTION = 2


class SectionError(ValueError):
    """The page's marks are not in order; the text says what to do."""


def section(name: str, body: str) -> str:
    """A section with its marks."""
    return f"<!-- generated: {name} -->\n{body.strip()}\n<!-- end -->"


def filled(text: str, bodies: Mapping[str, str]) -> str:
    """The page with what each section's body is now.

    Raises `SectionError` for a section that is missing, unknown or not closed.
    """
    found = [match["name"] for match in _SECTION.finditer(text)]
    if len(_MARK.findall(text)) != MARKS_OF_A_SECTION * len(found):
        raise SectionError(
            "a mark is left over: each '<!-- generated: … -->' has one '<!-- end -->'"
        )
    if sorted(found) != sorted(bodies):
        raise SectionError(
            f"the generated sections are {', '.join(found) or 'none'}, and must be "
            f"{', '.join(bodies)}, each once"
        )
    return _SECTION.sub(lambda match: section(match["name"], bodies[match["name"]]), text)
