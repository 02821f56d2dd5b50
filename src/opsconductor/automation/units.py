"""Sizes and spans of time as people read them."""

_STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_SPANS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def size(count: float) -> str:
    """A number of bytes, as in "3.2 GiB"."""
    for unit in _UNITS[:-1]:
        if count < _STEP:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} {_UNITS[-1]}"


def span(seconds: float) -> str:
    """A span in its two largest units, as in "3 days 4 hours"."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for name, length in _SPANS:
        number, left = divmod(left, length)
        if number or (parts and len(parts) < 2):  # noqa: PLR2004  two units are said
            parts.append(f"{number} {name}{'' if number == 1 else 's'}")
        if len(parts) == 2:  # noqa: PLR2004  as above
            break
    return " ".join(part for part in parts if not part.startswith("0 ")) or "0 seconds"
