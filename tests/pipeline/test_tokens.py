"""Cutting a sentence into words."""

import pytest

from opsconductor.pipeline.tokens import tokenize


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("check disk, memory.", ["check", "disk", "memory"]),
        ("what's up?", ["what's", "up"]),
        ('say "good morning" now', ["say", "good morning", "now"]),
        ("it's 'here' and there", ["it's", "here", "and", "there"]),
        ("ping ::1, fe80:: and [::1]:22", ["ping", "::1", "fe80::", "and", "[::1]:22"]),
        ("(see http://a.example/b?c=d).", ["see", "http://a.example/b?c=d"]),
        ("…", []),
        ("", []),
    ],
)
def test_words_come_without_the_punctuation_around_them(sentence: str, words: list[str]) -> None:
    """Quoted text stays whole; addresses, URLs and contractions keep what is theirs."""
    assert [token.text for token in tokenize(sentence)] == words


def test_a_token_knows_its_place_and_what_ends_its_clause() -> None:
    """Positions cut the original sentence; a comma is kept as the clause's end."""
    sentence = "disk,  then 'the log'; go"
    tokens = tokenize(sentence)
    assert [sentence[token.start : token.end] for token in tokens] == [
        "disk",
        "then",
        "'the log'",
        "go",
    ]
    assert [token.stop for token in tokens] == [",", "", ";", ""]


def test_a_possessive_ending_is_not_part_of_the_word() -> None:
    """The word that is compared is the thing, not whose it is."""
    right = "\N{RIGHT SINGLE QUOTATION MARK}"
    assert [token.lower for token in tokenize(f"nginx's DB{right}s")] == ["nginx", "db"]
