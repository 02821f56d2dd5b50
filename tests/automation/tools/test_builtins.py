"""The network builtins against real servers on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from opsconductor.automation.builtins import BUILTINS, builtin
from opsconductor.automation.builtins.dns_lookup import dns_lookup
from opsconductor.automation.catalogue import Catalogue
from opsconductor.automation.outcome import ToolFailure
from opsconductor.automation.run import Limits, ToolResult, run
from opsconductor.automation.tool import Tool
from opsconductor.contract import Reason

FreePorts = Callable[[int], list[int]]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def server(answer: bytes | None, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on loopback that reads a request and sends `answer`, or never answers; its port."""
    release = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answer is None:
            await release.wait()
        elif answer:
            await reader.read(1)
            writer.write(answer)
        writer.close()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        release.set()
        listener.close()
        await listener.wait_closed()
        await asyncio.sleep(0)


async def perform(tool: Tool, **params: object) -> ToolResult:
    """One run."""
    return await run(tool, params, limits=Limits(timeout_seconds=20))


def reason(result: ToolResult) -> Reason | None:
    """Why the run failed."""
    return result.error.reason if result.error else None


def test_every_name_has_its_function() -> None:
    """Every builtin that a tool file may name can be imported."""
    assert all(callable(builtin(name)) for name in BUILTINS)


def http(status: str, *headers: str) -> bytes:
    """A bare HTTP answer."""
    lines = (f"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode()


async def test_http_check_reports_the_answer(shipped: Catalogue) -> None:
    """Status, time and a few headers are facts; a redirect is an answer and not followed."""
    async with server(http("302 Found", "Location: http://127.0.0.1:1/", "Server: test")) as port:
        result = await perform(shipped.tools["http_check"], url=f"http://127.0.0.1:{port}/")
    assert result.success
    assert (result.facts["status_code"], result.facts["server"]) == (302, "test")
    assert result.facts["location"] == "http://127.0.0.1:1/"


async def test_http_check_judges_the_status(shipped: Catalogue) -> None:
    """An error status fails unless it is the expected one; an unexpected good one fails too."""
    tool = shipped.tools["http_check"]
    async with server(http("503 Service Unavailable")) as port:
        url = f"http://127.0.0.1:{port}/"
        bad = await perform(tool, url=url)
        expected = await perform(tool, url=url, expect_status=503, method="HEAD")
        unexpected = await perform(tool, url=url, expect_status=200)
    assert reason(bad) is Reason.UPSTREAM_ERROR
    assert bad.error is not None
    assert bad.error.message.endswith("answered 503")
    assert bad.facts["reachable"] is True
    assert expected.success
    assert unexpected.error is not None
    assert unexpected.error.message.endswith("answered 503, expected was 200")


async def test_http_check_gives_up_in_time(shipped: Catalogue) -> None:
    """A server that accepts and never answers is a timeout."""
    async with server(None) as port:
        url = f"http://127.0.0.1:{port}/"
        result = await perform(shipped.tools["http_check"], url=url, timeout_seconds=0.2)
    assert reason(result) is Reason.TIMEOUT
    assert result.duration_seconds < 15


async def test_http_check_survives_nonsense(shipped: Catalogue) -> None:
    """A server that does not speak HTTP is an upstream error."""
    async with server(b"hello\r\n\r\n") as port:
        result = await perform(shipped.tools["http_check"], url=f"http://127.0.0.1:{port}/")
    assert reason(result) is Reason.UPSTREAM_ERROR


async def test_http_check_does_not_trust_any_certificate(
    shipped: Catalogue, tmp_path: Path
) -> None:
    """A certificate that nobody vouches for fails the check and is named as the cause."""
    async with server(http("200 OK"), presenting(tmp_path)) as port:
        result = await perform(shipped.tools["http_check"], url=f"https://127.0.0.1:{port}/")
    assert result.error is not None
    assert "certificate is not trusted" in result.error.message


async def test_tcp_check_opens_and_is_refused(shipped: Catalogue, free_ports: FreePorts) -> None:
    """An open port succeeds; a closed one says that nothing listens."""
    tool = shipped.tools["tcp_check"]
    async with server(b"") as port:
        result = await perform(tool, host="127.0.0.1", port=port)
    assert (result.success, result.facts["address"]) == (True, "127.0.0.1")
    closed = await perform(tool, host="127.0.0.1", port=free_ports(1)[0])
    assert reason(closed) is Reason.UPSTREAM_ERROR
    assert closed.error is not None
    assert "nothing listens there" in closed.error.message


async def test_tcp_check_of_an_unknown_host_says_so(shipped: Catalogue) -> None:
    """A name that cannot be resolved is told from a closed port."""
    result = await perform(shipped.tools["tcp_check"], host="no-such-host.invalid", port=1)
    assert result.error is not None
    assert "cannot be resolved" in result.error.message


def presenting(folder: Path, days: int = 90) -> ssl.SSLContext:
    """A server's context with a new self-signed certificate that ends in `days` days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "unit.test")])
    now = datetime.now(UTC)
    names = [x509.DNSName("unit.test"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=200))
        .not_valid_after(now + timedelta(days=days, minutes=5))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


async def test_tls_certificate_reports_a_self_signed_one(
    shipped: Catalogue, tmp_path: Path
) -> None:
    """Subject, issuer, names and days come back, with the reason for which it is not trusted."""
    async with server(b"", presenting(tmp_path)) as port:
        result = await perform(shipped.tools["tls_certificate"], host="127.0.0.1", port=port)
    assert result.success, result.error
    facts = result.facts
    assert (facts["subject"], facts["issuer"], facts["self_signed"]) == (
        "unit.test",
        "unit.test",
        True,
    )
    assert (facts["days_left"], facts["expired"], facts["trusted"]) == (90, False, False)
    assert facts["names"] == "unit.test, 127.0.0.1"
    assert "self-signed" in str(facts["trust"])


async def test_tls_certificate_reports_an_expired_one(shipped: Catalogue, tmp_path: Path) -> None:
    """An expired certificate is the answer, not a failure to get one."""
    async with server(b"", presenting(tmp_path, days=-3)) as port:
        result = await perform(shipped.tools["tls_certificate"], host="127.0.0.1", port=port)
    assert result.success
    assert (result.facts["expired"], result.facts["days_left"]) == (True, -3)
    assert "expired on" in str(result.facts["validity"])


async def test_tls_certificate_of_a_server_without_tls_fails(shipped: Catalogue) -> None:
    """A port that speaks something else is told from one that is closed."""
    async with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        result = await perform(shipped.tools["tls_certificate"], host="127.0.0.1", port=port)
    assert result.error is not None
    assert reason(result) is Reason.UPSTREAM_ERROR
    assert "the TLS handshake failed (WRONG_VERSION_NUMBER)" in result.error.message


class _NameServer(asyncio.DatagramProtocol):
    """Knows `unit.test` only; a name that begins with "quiet" gets no answer at all."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text()
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name.startswith("quiet"):
            return
        if name != "unit.test.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.2", "192.0.2.1"))
        self.transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def resolver() -> AsyncIterator[dns.asyncresolver.Resolver]:
    """Asks a name server of the test's own."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_NameServer, local_addr=("127.0.0.1", 0))
    asking = dns.asyncresolver.Resolver(configure=False)
    asking.nameservers = ["127.0.0.1"]
    asking.port = transport.get_extra_info("sockname")[1]
    yield asking
    transport.close()
    await asyncio.sleep(0)


async def test_dns_lookup_reports_records(resolver: dns.asyncresolver.Resolver) -> None:
    """All records come back, in order, with their time to live."""
    found = await dns_lookup({"name": "unit.test", "record_type": "A"}, resolver)
    assert found.facts["records"] == "192.0.2.1, 192.0.2.2"
    assert (found.facts["count"], found.facts["ttl_seconds"]) == (2, 60)


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("absent.test", "A", "there is no name absent.test"),
        ("unit.test", "MX", "unit.test has no MX record"),
        ("localhost", "MX", "localhost has no MX record"),
    ],
)
async def test_dns_lookup_tells_no_name_from_no_record(
    resolver: dns.asyncresolver.Resolver, name: str, kind: str, message: str
) -> None:
    """What is missing is named."""
    with pytest.raises(ToolFailure) as caught:
        await dns_lookup({"name": name, "record_type": kind}, resolver)
    assert (caught.value.reason, caught.value.message) == (Reason.UPSTREAM_ERROR, message)


async def test_dns_lookup_gives_up_in_time(
    resolver: dns.asyncresolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that never answers is a timeout."""
    monkeypatch.setattr("opsconductor.automation.builtins.dns_lookup.LIFETIME_SECONDS", 0.3)
    with pytest.raises(ToolFailure, match="no name server answered") as caught:
        await dns_lookup({"name": "quiet.test", "record_type": "A"}, resolver)
    assert caught.value.reason is Reason.TIMEOUT


@pytest.mark.parametrize(("kind", "address"), [("A", "127.0.0.1"), ("AAAA", "::1")])
async def test_localhost_needs_no_name_server(kind: str, address: str) -> None:
    """Names under localhost are loopback, as RFC 6761 has it."""
    found = await dns_lookup({"name": "Db.LocalHost.", "record_type": kind})
    assert found.facts["records"] == address
