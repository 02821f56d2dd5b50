"""Identifiers, personal data and secrets never become labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.contract import BY_NAME, FAMILIES, IMPORTED, Label
from opsconductor.contract.identifying import INSTEAD, identifying_name, identifying_value

NAMES = [
    ("trace_id", "an identifier"),
    ("traceId", "an identifier"),
    ("span_id", "an identifier"),
    ("request_id", "an identifier"),
    ("parent_span_id", "an identifier"),
    ("customer_uuid", "an identifier"),
    ("session", "an identifier"),
    ("user", "personal data"),
    ("user_id", "an identifier"),
    ("userName", "personal data"),
    ("username", "personal data"),
    ("email", "personal data"),
    ("mail", "personal data"),
    ("phone", "personal data"),
    ("address", "personal data"),
    ("ip", "a client's address"),
    ("client_host", "a client's address"),
    ("remote_addr", "a client's address"),
    ("user_agent", "a client's address"),
    ("token", "a secret"),
    ("password", "a secret"),
    ("api_key", "a secret"),
    ("url", "free text"),
    ("path", "free text"),
    ("prompt", "free text"),
]

VALUES = [
    ("bob@example.org", "an e-mail address"),
    ("mail for b.o'b+x@mail.example.co.uk today", "an e-mail address"),
    ("https://example.org/a", "a URL"),
    ("6f1c2a34-0b1c-4d2e-8f3a-1234567890ab", "a UUID"),
    ("00f067aa0ba902b7", "a hexadecimal id"),
    ("0af7651916cd43dd8448eb211c80319c", "a hexadecimal id"),
    ("0AF7651916CD43DD8448EB211C80319C", "a hexadecimal id"),
    ("run_0af7651916cd43dd", "a hexadecimal id"),
    ("192.168.1.17", "an IP address"),
    ("ping 10.0.0.1 please", "an IP address"),
    ("10.0.0.1:8080", "an IP address"),
    ("fe80::1", "an IP address"),
    ("[2001:db8::8a2e:370:7334]:443", "an IP address"),
    ("2001:db8:0:0:0:8a2e:370:7334", "an IP address"),
    ("00:1b:44:11:3a:b7", "a hardware address"),
    ("+49 170 1234567", "a phone number"),
    ("(555) 123-4567", "a phone number"),
    ("555-123-4567", "a phone number"),
    ("0170/1234567", "a phone number"),
    ("customer 4711081547", "a long number"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123", "a secret"),
    ("x" * 2000, "a long text"),
]

ORDINARY = [
    *("", "other", "unknown", "success", "echo", "disk_usage", "cross-platform", "429", "2xx"),
    *("3.0.0", "1.2.3-rc.1", "2024-01-20", "claude-3-5-sonnet-20241022", "gpt-4o-2024-08-06"),
    *("text-embedding-3-large", "std::vector", "::", "facade", "deadbeef", "http_check", "@home"),
    *("llama-3.1-70b-instruct", "999.999.999.999", "10.5 ms", "a/b", "12345678", "tls_certificate"),
]


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_a_label_that_would_identify_somebody_cannot_be_declared(name: str, kind: str) -> None:
    """The contract does not load, and the message says what to do instead."""
    with pytest.raises(ValueError, match=f"label {name}: it would carry {kind}; {INSTEAD[kind]}"):
        Label(name, limit=3)


@pytest.mark.parametrize(
    "name", ["tool", "status", "gen_ai_token_type", "family", "le", "platform", "built_at", "grid"]
)
def test_an_ordinary_name_is_admitted(name: str) -> None:
    """A word inside a name is no reason to refuse it."""
    assert Label(name, limit=3).name == name


def test_free_text_is_harmless_where_its_values_are_closed() -> None:
    """The disks have two paths, and no request can add a third."""
    assert identifying_name("path", closed=True) is None
    assert identifying_name("trace_id", closed=True) == "an identifier"
    assert Label("path", ("state", "prometheus")).worst_case == 3


@pytest.mark.parametrize(("value", "kind"), VALUES)
def test_a_value_that_identifies_is_told_by_its_kind(value: str, kind: str) -> None:
    """Whoever reads the message sees why the value is refused."""
    assert identifying_value(value) == kind
    assert not Label("tool", limit=3).permits(value)
    with pytest.raises(ValueError, match=f"looks like {kind}"):
        Label("tool", (value,))


@pytest.mark.parametrize("value", ORDINARY)
def test_an_ordinary_value_is_admitted(value: str) -> None:
    """Names of tools, models, versions and dates identify nobody."""
    assert identifying_value(value) is None


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(VALUES[:-1]))
def test_an_identifier_is_found_among_other_words(around: str, told: tuple[str, str]) -> None:
    """Whatever else a value says, the identifier in it is seen."""
    assert identifying_value(f"{around} {told[0]} {around}") is not None


def test_only_a_build_may_name_one_thing_and_says_why() -> None:
    """An exemption is declared with its reason, and there is no other."""
    exempt = {
        (family.name, label.name): label.identifies
        for family in FAMILIES
        for label in family.labels
        if label.identifies
    }
    assert set(exempt) == {
        ("selector_build_info", name) for name in ("version", "git_commit", "built_at")
    }
    assert all(reason.endswith(".") for reason in exempt.values())
    assert BY_NAME["selector_build_info"].labels[1].permits("c0ffee" * 7)


def test_imported_series_have_no_such_label_either() -> None:
    """What others expose and we read is held to the same policy."""
    labels = [label for one in IMPORTED for label in (*one.labels, *one.optional_labels)]
    assert [label.name for label in labels if identifying_name(label.name)] == []
