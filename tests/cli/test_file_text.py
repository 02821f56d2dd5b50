"""A file that was named and cannot be read is said in one line, without a traceback."""

import pathlib

import pytest

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.expected_errors import explain
from opsconductor.cli.file_text import UnreadableFileError, file_text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("absent.yml", "No such file or directory"),
        ("folder", "Is a directory"),
        ("binary.yml", "it is no text in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(
    tmp_path: pathlib.Path, name: str, why: str
) -> None:
    """The name once, in the person's own words, and the exit code of wrong use."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.yml").write_bytes(b"\x00\xb3\xff")
    with pytest.raises(UnreadableFileError) as caught:
        file_text(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: cannot be read: {why}"
    assert explain(caught.value) == (str(caught.value), ExitCode.USAGE)


def test_text_is_read_as_utf8(tmp_path: pathlib.Path) -> None:
    """Whatever the locale says."""
    (tmp_path / "rules.yml").write_bytes("# Übung\n".encode())
    assert file_text(tmp_path / "rules.yml") == "# Übung\n"
