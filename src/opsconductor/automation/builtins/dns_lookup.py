"""The records of a name in the domain name system."""

import time
from collections.abc import Mapping

import dns.asyncresolver
import dns.exception
import dns.resolver

from opsconductor.automation.outcome import Findings, Scalar, Table, ToolFailure
from opsconductor.contract import Reason

_LOOPBACK = {"A": "127.0.0.1", "AAAA": "::1"}
LIFETIME_SECONDS = 8.0
"""For all attempts at all name servers; below the tool's own timeout, so as to say more."""


async def dns_lookup(
    arguments: Mapping[str, Scalar], resolver: dns.asyncresolver.Resolver | None = None
) -> Findings:
    """Asks the configured name servers; `localhost` is answered without them, as RFC 6761 says."""
    name, kind = str(arguments["name"]), str(arguments["record_type"])
    started = time.perf_counter()
    if _is_localhost(name):
        records, ttl, server = [_LOOPBACK[kind]] if kind in _LOOPBACK else [], 0, "RFC 6761"
    else:
        answer = await _ask(name, kind, resolver)
        records = sorted(record.to_text() for record in answer)
        ttl, server = answer.rrset.ttl if answer.rrset else 0, str(answer.nameserver)
    if not records:
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"{name} has no {kind} record")
    facts: dict[str, Scalar] = {
        "name": name,
        "record_type": kind,
        "count": len(records),
        "records": ", ".join(records),
        "ttl_seconds": ttl,
        "server": server,
        "elapsed_ms": round((time.perf_counter() - started) * 1000, 1),
    }
    table = Table(("name", "type", "record"), tuple((name, kind, text) for text in records))
    return Findings(facts, table, "\n".join(f"{name}\t{kind}\t{text}" for text in records))


def _is_localhost(name: str) -> bool:
    bare = name.rstrip(".").lower()
    return bare == "localhost" or bare.endswith(".localhost")


async def _ask(
    name: str, kind: str, resolver: dns.asyncresolver.Resolver | None
) -> dns.resolver.Answer:
    try:
        resolver = resolver or dns.asyncresolver.Resolver()
        return await resolver.resolve(name, kind, lifetime=LIFETIME_SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"there is no name {name}") from None
    except dns.resolver.NoAnswer:
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"{name} has no {kind} record") from None
    except dns.resolver.NoResolverConfiguration:
        raise ToolFailure(
            Reason.UNAVAILABLE, "no name server is configured; add one to /etc/resolv.conf"
        ) from None
    except dns.resolver.LifetimeTimeout:
        raise ToolFailure(
            Reason.TIMEOUT, f"no name server answered for {name} within {LIFETIME_SECONDS:g} s"
        ) from None
    except (dns.exception.DNSException, OSError) as error:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR,
            f"{name} cannot be looked up: {str(error) or type(error).__name__}",
        ) from None
