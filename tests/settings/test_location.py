"""The line of a key is the line that a person would look at."""

import pytest

from opsconductor.settings import line_of

TEXT = '''\
# a comment
name = "x"
"quoted key" = 1
dotted.name = 2
argv = [
  "a",
]

text = """
[table]
name = "not here"
"""

[table]
name = "y"
inline = { first = 1, second = 2 }

[[entries]]
name = "one"

[[entries]]
name = "two"
[entries.inner]
name = "three"
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("name",), 2),
        (("quoted key",), 3),
        (("dotted", "name"), 4),
        (("argv",), 5),
        (("argv", 0), 5),
        (("table",), 14),
        (("table", "name"), 15),
        (("table", "inline", "second"), 16),
        (("entries", 0, "name"), 19),
        (("entries", 1, "name"), 22),
        (("entries", 1, "inner", "name"), 24),
        (("entries", 1, "absent"), 21),
        (("table", "absent"), 14),
        (("absent",), 1),
        ((), 1),
    ],
)
def test_a_key_is_found(key: tuple[str | int, ...], line: int) -> None:
    """The statement that sets the key, or else the one that sets what is around it."""
    assert line_of(TEXT, key) == line
