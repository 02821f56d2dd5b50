"""Markdown of the repository's documents as HTML, with links that lead to where this system is."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from opsconductor.settings import Settings

if TYPE_CHECKING:
    from markdown_it.token import Token

SHOWN = ("runbooks", "reference")
"""The folders of `docs` that the console shows, each below an address of that name."""

_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(
    r"(?:\./)?(?:\.\./(?P<folder>[a-z]+)/?)?(?:(?P<name>[A-Za-z][A-Za-z0-9_\-]{0,100})\.md)?"
    r"(?P<heading>#[\w\-]*)?"
)
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:(\d+)\b")
_LOCAL = ("prometheus", "alertmanager", "canary", "supervisor")
"""Sections of processes that listen on loopback whatever `host` says."""


def rendered(text: str, settings: Settings, folder: str = SHOWN[0]) -> Markup:
    """A page of `docs/<folder>` as HTML; HTML inside it is shown as text.

    Its headings can be linked to. Links to other pages that the console shows lead there, links to
    the rest of the repository become text, and default addresses become those of this system.
    """
    return _rendered(_here(_COMMENT.sub("", text), settings), folder, _console(settings))


@lru_cache(maxsize=64)
def _rendered(text: str, folder: str, console: str) -> Markup:
    # Read at the first page that needs it: most of the time nobody looks at one.
    from markdown_it import MarkdownIt  # noqa: PLC0415  a lazy import on purpose

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", _anchor(inline.content))
    for link in _links(tokens):
        target = _target(str(link.attrGet("href")).removeprefix(console), folder)
        if target:
            link.attrSet("href", target)
        else:
            link.attrs.pop("href")
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704  rendered with HTML off


def _links(tokens: "list[Token]") -> "Iterator[Token]":
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield child


def _target(href: str, folder: str) -> str:
    """Where the console shows what a page links to; empty where it does not."""
    if "://" in href or href.startswith(("/", "mailto:")):
        return href
    match = _PAGE.fullmatch(href)
    if match is None or (match["folder"] or folder) not in SHOWN:
        return ""
    if not match["name"] and not match["folder"]:
        return href
    name = f"/{match['name']}" if match["name"] else ""
    return f"/{match['folder'] or folder}{name}{match['heading'] or ''}"


def _anchor(heading: str) -> str:
    """A heading's id as code hosts make it, so that links work there and here."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


def _here(text: str, settings: Settings) -> str:
    """The text with the addresses in force in place of the default ones."""
    known = _addresses(settings)
    return _LOOPBACK.sub(lambda match: known.get(match[1], match[0]), text)


def _addresses(settings: Settings) -> Mapping[str, str]:
    """Each process's default port to its address in this system."""
    found: dict[str, str] = {}
    for section, values in Settings().model_dump().items():
        if isinstance(values, dict):
            for name, default in values.items():
                if name in {"port", "internal_port"}:
                    port = getattr(getattr(settings, section), name)
                    local = f"http://127.0.0.1:{port}"
                    found[str(default)] = local if section in _LOCAL else settings.url(port)
    return found


def _console(settings: Settings) -> str:
    return settings.url(settings.console.port)
