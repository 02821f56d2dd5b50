// One JSON request to a data source through the console, and what can go wrong with it.

const TIMEOUT_MS = 30_000;

/** A data source that gave no usable answer. `unreachable` tells a dead one from a refused query. */
export class SourceError extends Error {
  constructor(message, unreachable) {
    super(message);
    this.name = "SourceError";
    this.unreachable = unreachable;
  }
}

function reason(body, status) {
  const text = body?.error ?? body?.detail ?? body?.message;
  return typeof text === "string" && text ? text : `the data source answered with status ${status}`;
}

/** The answer's `data`. Throws SourceError, or AbortError where the caller gave up. */
export async function request(uid, path, parameters, signal) {
  const query = new URLSearchParams(parameters);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(`/api/datasources/proxy/uid/${encodeURIComponent(uid)}/${path}?${query}`, {
      headers: { Accept: "application/json" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    if (timeout.aborted) throw new SourceError("the data source did not answer in time", true);
    throw new SourceError("the console does not answer", true);
  }
  if (response.status === 401) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new SourceError("the session has ended", true);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body?.status !== "success") {
    // 5xx from the way there; Prometheus itself says 503 for a query that ran into a limit.
    const isGone = [502, 504].includes(response.status) || (response.status === 503 && !body?.errorType);
    throw new SourceError(reason(body, response.status), isGone);
  }
  return body.data;
}
