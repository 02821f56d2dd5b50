"""Finding what a sentence names."""

import pytest

from opsconductor.pipeline.entities import Kind
from opsconductor.pipeline.extraction import extract
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.tokens import tokenize

Found = list[tuple[str, str | int | float]]


def named(sentence: str, catalogue: Catalogue) -> Found:
    """The kinds and values that the sentence names outright."""
    entities = extract(tokenize(sentence), catalogue.lexicon)
    return [(m.kind.value, m.value) for m in entities.mentions if m.consumes]


def hinted(sentence: str, catalogue: Catalogue) -> Found:
    """The kinds and values that the sentence only hints at."""
    entities = extract(tokenize(sentence), catalogue.lexicon)
    return [(m.kind.value, m.value) for m in entities.mentions if not m.consumes]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("ping 10.0.0.1 and fe80::1", [("host", "10.0.0.1"), ("host", "fe80::1")]),
        ("ping example.com.", [("host", "example.com")]),
        ("ping localhost's port", [("host", "localhost")]),
        ("ping db-3", [("host", "db-3")]),
        ("is [::1]:22 open", [("host", "::1"), ("port", 22)]),
        ("example.com:8443", [("host", "example.com"), ("port", 8443)]),
        ("get https://example.com/a?b=1#c", [("url", "https://example.com/a?b=1#c")]),
        ("get example.com/status", [("url", "https://example.com/status")]),
        ("get localhost:8080/health", [("url", "http://localhost:8080/health")]),
        ("ports 80, 443 and 8080", [("port", 80), ("port", 443), ("port", 8080)]),
        ("port number 22", [("port", 22)]),
        ("22/tcp and tcp/23", [("port", 22), ("port", 23)]),
        ("443 on example.com", [("port", 443), ("host", "example.com")]),
        ("size of /var/log and ~/x", [("path", "/var/log"), ("path", "~/x")]),
        ("hash of notes.txt", [("path", "notes.txt")]),
        ("the root filesystem", [("path", "/")]),
        ("hash of 'my file.log'", [("text", "my file.log"), ("path", "my file.log")]),
        ("is ssh running", [("service", "ssh")]),
        ("are nginx, cron and ssh up", [("service", n) for n in ("nginx", "cron", "ssh")]),
        ("status of the postgresql service", [("service", "postgresql")]),
        ("systemctl status docker", [("service", "docker")]),
        ("getty@tty1.service", [("service", "getty@tty1.service")]),
        ("top five", [("count", 5)]),
        ("ping three times", [("count", 3)]),
        ("within 5 seconds", [("duration", 5.0)]),
        ("wait 2m30s", [("duration", 150.0)]),
        ("which one is the biggest", []),
        ("is everything running", []),
        ("is the machine up", []),
        ("the status of memory", []),
        ("reading and/or writing", []),
        ("version 1.2.3", []),
        ("mail bob@example", []),
    ],
)
def test_what_a_sentence_names_is_found_with_its_kind(
    sentence: str, found: Found, catalogue: Catalogue
) -> None:
    """Hosts, URLs, ports, paths, services, counts and durations, and nothing else."""
    assert named(sentence, catalogue) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("mx records", [("choice", "MX")]),
        ("the A record", [("choice", "A")]),
        ("a record of temperatures", []),
        ("show me a list", []),
        ("the SHA-512 hash", [("choice", "sha512")]),
        ("is https open", [("port", 443)]),
        ("how is this machine", [("host", "localhost")]),
    ],
)
def test_what_a_sentence_hints_at_is_kept_apart(
    sentence: str, found: Found, catalogue: Catalogue
) -> None:
    """Values to choose among, ports by name and "this machine" say something else as well."""
    assert hinted(sentence, catalogue) == found


def test_a_port_remembers_the_host_that_it_was_written_with(catalogue: Catalogue) -> None:
    """The pair of "a.example:22" is not torn apart."""
    entities = extract(tokenize("a.example:22 b.example"), catalogue.lexicon)
    assert [mention.host for mention in entities.of(Kind.PORT)] == ["a.example"]
