// Loki's query API: log lines of a time range.

import { request } from "./request.js";

/** Streams with their lines: [{stream, values: [[nanoseconds, line]]}]. */
export async function queryLines(uid, query, { start, end }, { limit, direction }, signal) {
  const parameters = {
    query,
    limit,
    direction,
    start: `${Math.floor(start * 1000)}000000`,
    end: `${Math.ceil(end * 1000)}000000`,
  };
  const { result } = await request(uid, "loki/api/v1/query_range", parameters, signal);
  return result;
}
