"""Cutting a sentence into the parts that each ask for one thing."""

import pytest

from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.rule_based import read


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("check disk and memory", ["check disk", "memory"]),
        ("check disk, memory, then uptime", ["check disk", "memory", "uptime"]),
        ("ping localhost and example.com", ["ping localhost and example.com"]),
        ("are nginx, cron and ssh running", ["are nginx, cron and ssh running"]),
        ("tail /var/log/x.log, 10 lines", ["tail /var/log/x.log, 10 lines"]),
        ("is nginx up and running", ["is nginx up and running"]),
        (
            "is port 22 open on localhost and 443 on example.com",
            ["is port 22 open on localhost", "443 on example.com"],
        ),
        ("hi, check the disk please, thanks", ["check the disk please, thanks"]),
        ("echo this and that", ["echo this and that"]),
        ("echo this then check the disk", ["echo this", "check the disk"]),
        ("echo 'this and that' and uptime", ["echo 'this and that'", "uptime"]),
        ("check the disk and order a pizza", ["check the disk", "order a pizza"]),
        ("and", ["and"]),
    ],
)
def test_each_part_asks_for_one_thing(
    sentence: str, parts: list[str], catalogue: Catalogue
) -> None:
    """Conjunctions and commas cut where a new question begins, and nowhere else."""
    assert [intent.text for intent in read(sentence, catalogue).intents] == parts


def test_a_repeated_question_borrows_the_words_of_the_first(catalogue: Catalogue) -> None:
    """The second half of "is 22 open on a and 80 on b" is also about what is open."""
    sentence = "is port 22 open on localhost and 443 on example.com"
    assert [intent.words for intent in read(sentence, catalogue).intents] == [("open",)] * 2
