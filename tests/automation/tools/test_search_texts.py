"""The words of the tool files lead from an ordinary sentence to the tool that is meant."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opsconductor.automation.catalogue import Catalogue
from opsconductor.automation.service import indexed
from opsconductor.automation.store import Database, ToolIndex, prepare

pytestmark = pytest.mark.anyio

SENTENCES = {
    "dns_lookup": ("what's the IP of localhost", "nslookup localhost", "dig example.net"),
    "directory_size": ("how large is the folder /etc", "what is taking up space in /srv"),
    "disk_usage": ("disk space", "is / full", "are we out of disk", "df", "check the disk"),
    "echo": ("please repeat hello", "echo hi"),
    "file_checksum": ("md5sum /etc/hosts", "hash of the file /etc/hostname"),
    "http_check": ("is the website https://example.com working", "http status of http://a.test/"),
    "listening_ports": ("what ports are open", "which program uses port 3001", "netstat"),
    "log_tail": ("latest log lines of /var/log/kern.log", "tail /var/log/boot.log"),
    "memory_usage": ("is there enough memory", "how much swap is used", "free memory"),
    "package_updates": ("pending updates", "apt upgrade list", "are there security patches"),
    "ping": ("ping 10.1.1.1 twice", "is the host db1 up"),
    "service_status": ("status of sshd", "did postgresql fail", "is the cron service active"),
    "tcp_check": ("is port 443 open on db", "test the tcp connection to localhost:5432"),
    "tls_certificate": ("how long is the certificate good for", "check tls on example.com"),
    "top_processes": ("why is the cpu high", "show me the 5 biggest processes", "cpu hogs"),
    "uptime": ("when was it rebooted", "is the machine under load"),
}
"""What a person types; none of it stands in a tool file."""


@pytest.fixture
async def index(shipped: Catalogue, tmp_path: Path) -> AsyncIterator[ToolIndex]:
    """The search over the shipped tools."""
    database = Database(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    database.create_file()
    await database.write(prepare)
    searched = ToolIndex(database)
    await searched.replace([indexed(tool) for tool in shipped.tools.values()])
    yield searched
    await database.close()


async def test_a_sentence_finds_its_tool(index: ToolIndex) -> None:
    """The tool that is meant is among the first three."""
    missed = {}
    for name, sentences in SENTENCES.items():
        for sentence in sentences:
            found = [match.key for match in await index.search(sentence, [], 3)]
            if name not in found:
                missed[sentence] = found
    assert not missed


async def test_an_example_finds_its_own_tool_first(index: ToolIndex, shipped: Catalogue) -> None:
    """A tool's own examples lead to it before any other."""
    missed = {}
    for name, tool in shipped.tools.items():
        for example in tool.examples:
            found = [match.key for match in await index.search(example, [], 1)]
            if found != [name]:
                missed[example] = found
    assert not missed
