"""Whatever is typed, reading and planning go well."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pipeline.fake_automation import FakeAutomation

from opsconductor.pipeline.planning import plan
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.rule_based import RuleBased
from opsconductor.pipeline.selecting import LONGEST_QUERY, select

_PIECES = """
ping check port ports and , ; then "a b" ' host:22 [::1]:22 http://[ :99999 /x // ~ 5s a one record
MX sha256 service is running status of echo say top last twenty-five hundred the it example.com:1
localhost 1.2.3.4 :: http://a:b/ reboot & root disk ''
"""
WORDS = st.sampled_from(_PIECES.split())
ANY = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join))


@settings(max_examples=200, deadline=None)
@given(sentence=ANY)
def test_no_sentence_breaks_the_stages_before_a_tool_runs(
    sentence: str, catalogue: Catalogue
) -> None:
    """Understanding, selecting and planning raise for no text at all."""
    automation = FakeAutomation()

    async def stages() -> None:
        understanding = await RuleBased().understand(sentence, catalogue)
        assert understanding.intents
        selection = await select(understanding, catalogue, automation, {})
        plan(selection.choices)

    asyncio.run(stages())
    assert all(query.strip() and len(query) <= LONGEST_QUERY for query in automation.queries)
