"""The certificate that a server presents, trusted or not."""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from opsconductor.automation.builtins.tcp_check import why
from opsconductor.automation.outcome import Findings, Scalar, ToolFailure
from opsconductor.contract import Reason

_DAY = 86_400


async def tls_certificate(arguments: Mapping[str, Scalar]) -> Findings:
    """Reads the certificate first and judges it in a second connection.

    One that is expired or not trusted is reported as such; that is what the tool is asked for.
    """
    host, port = str(arguments["host"]), int(arguments["port"] or 0)
    try:
        certificate = await _presented(host, port)
        distrust = await _distrust(host, port)
    except (OSError, EOFError) as error:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR, f"no certificate from {host} port {port}: {_why(error)}"
        ) from None
    facts: dict[str, Scalar] = {"host": host, "port": port, **_facts(certificate)}
    facts["trusted"] = distrust is None
    facts["trust"] = (
        "this machine trusts it"
        if distrust is None
        else f"this machine does not trust it: {distrust}"
    )
    text = "\n".join(f"{name}: {value}" for name, value in facts.items())
    return Findings(facts, output=text)


async def _presented(host: str, port: int) -> x509.Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Not trusted, only read: a certificate that fails verification is to be shown too.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    raw = await _handshake(host, port, context)
    if not raw:
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"{host} port {port} presented no certificate")
    return x509.load_der_x509_certificate(raw)


async def _distrust(host: str, port: int) -> str | None:
    """Why this machine does not trust the server's certificate for that name, or None."""
    context = await asyncio.to_thread(ssl.create_default_context)
    try:
        await _handshake(host, port, context)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return None


async def _handshake(host: str, port: int, context: ssl.SSLContext) -> bytes | None:
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    session: ssl.SSLObject = writer.get_extra_info("ssl_object")
    raw = session.getpeercert(binary_form=True)
    # The certificate is all that is wanted: no need to wait for the server's goodbye.
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return raw


def _facts(certificate: x509.Certificate) -> dict[str, Scalar]:
    now, until = datetime.now(UTC), certificate.not_valid_after_utc
    days = int((until - now).total_seconds() // _DAY)
    date = until.strftime("%Y-%m-%d")
    if now < certificate.not_valid_before_utc:
        validity = f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
    elif now > until:
        validity = f"expired on {date}"
    else:
        validity = f"expires in {days} days, on {date}"
    return {
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "self_signed": certificate.subject == certificate.issuer,
        "names": ", ".join(_alternatives(certificate)) or None,
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": until.isoformat(),
        "days_left": days,
        "expired": now > until,
        "validity": validity,
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string() or "(no name)"


def _alternatives(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [
        *found.get_values_for_type(x509.DNSName),
        *(str(address) for address in found.get_values_for_type(x509.IPAddress)),
    ]


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"the TLS handshake failed ({error.reason or 'no reason given'})"
    return why(error) if isinstance(error, OSError) else "the server hung up"
