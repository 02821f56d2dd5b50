"""The text of a file that was named on the command line."""

from pathlib import Path


class UnreadableFileError(Exception):
    """The file cannot be read; the message names it and says why."""


def file_text(file: Path) -> str:
    """Its text. Raises `UnreadableFileError`."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableFileError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{file}: cannot be read: it is no text in UTF-8") from None
