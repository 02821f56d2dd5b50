"""Full-text search over the catalogue that is shipped."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconductor.automation.catalogue import load
from opsconductor.automation.service import indexed
from opsconductor.automation.store import Database, ToolIndex
from opsconductor.automation.store.tool_index import words
from opsconductor.settings import PROJECT_ROOT

pytestmark = pytest.mark.anyio

QUESTIONS = [
    ("how full are the disks?", "disk_usage"),
    ("is the certificate of example.com still valid?", "tls_certificate"),
    ("who uses the most cpu", "top_processes"),
    ("what is listening on port 80", "listening_ports"),
    ("is nginx running", "service_status"),
    ("how long has this machine been up", "uptime"),
    ("last lines of /var/log/syslog", "log_tail"),
    ("resolve example.com", "dns_lookup"),
    ("sha256 of /etc/passwd", "file_checksum"),
    ("how big is /var", "directory_size"),
    ("any package updates?", "package_updates"),
    ("can I reach port 22 on localhost", "tcp_check"),
    ("free memory", "memory_usage"),
    ("ping 127.0.0.1", "ping"),
    ("check http https://example.com", "http_check"),
]


@pytest.fixture
async def index(database: Database, tmp_path: Path) -> ToolIndex:
    """The index of the shipped tools."""
    filled = ToolIndex(database)
    catalogue = load(PROJECT_ROOT / "tools", tmp_path)
    await filled.replace([indexed(tool) for tool in catalogue.tools.values()])
    return filled


@pytest.mark.parametrize(("question", "tool"), QUESTIONS)
async def test_a_question_in_plain_words_finds_its_tool(
    index: ToolIndex, question: str, tool: str
) -> None:
    """The tool that answers the question must be the first one found."""
    found = await index.search(question, [], 3)
    assert found[0].key == tool
    assert all(0 < match.score <= 1 for match in found)
    assert sorted((match.score for match in found), reverse=True) == [m.score for m in found]


async def test_only_the_platforms_asked_for_are_found(index: ToolIndex) -> None:
    """Every match must be of one of the platforms given."""
    found = await index.search("check", ["network"], 20)
    assert found
    assert {match.platform for match in found} == {"network"}
    assert await index.search("check", ["windows"], 20) == []


async def test_no_more_than_k_are_found(index: ToolIndex) -> None:
    """The number of matches must be at most k."""
    assert len(await index.search("usage check status", [], 2)) == 2


async def test_a_shortened_word_finds_the_longer_one(index: ToolIndex) -> None:
    """Words of three letters and more must match as prefixes."""
    assert (await index.search("certif", [], 1))[0].key == "tls_certificate"


HOSTILE = ['"', "' OR 1=1", "NEAR(", "a AND", "key:*", "-disk", "*", ") | (", "\0", "%_", ":query"]


@pytest.mark.parametrize("query", HOSTILE)
async def test_the_query_language_cannot_be_spoken(index: ToolIndex, query: str) -> None:
    """Operators and quotes of the database's search must be searched for, not obeyed."""
    await index.search(query, [], 3)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=st.text(max_size=200))
async def test_any_text_can_be_searched_for(index: ToolIndex, query: str) -> None:
    """No text whatever may make the search fail."""
    await index.search(query, [], 3)


async def test_replacing_the_catalogue_leaves_nothing_of_the_old_one(index: ToolIndex) -> None:
    """A tool that is gone must not be found any more."""
    await index.replace([])
    assert await index.search("disk", [], 3) == []


def test_values_do_not_decide_which_tool_is_found() -> None:
    """Hosts, paths and addresses must be left out where other words remain."""
    assert words("is example.com up?") == ["up"]
    assert words("tail /var/log/syslog") == ["tail"]
    assert words("fetch https://a.b/c") == ["fetch", "https"]
    assert words("example.com") == ["example", "com"]
