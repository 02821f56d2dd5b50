"""Audit records of requests in plain language."""

from typing import Any

from fastapi import APIRouter, Request

from opsconductor.automation.api.bodies import AuditBody
from opsconductor.automation.api.caller import caller, service_of
from opsconductor.telemetry import redact

router = APIRouter()


@router.post("/audit/ai-query", status_code=202)
async def audit_query(request: Request, body: AuditBody) -> dict[str, Any]:
    """Keep a record of what was asked; 202 says that it would survive a power cut."""
    asking = caller(request, body.trace_id)
    record = redact(body.model_dump(mode="json"))
    record_id = await service_of(request).audit.append(asking.trace_id, asking.principal, record)
    return {"accepted": True, "id": record_id, "trace_id": asking.trace_id}
