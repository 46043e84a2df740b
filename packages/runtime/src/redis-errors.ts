/**
 * What a failed Redis call means: `not_done` — Redis refused before running it, trying again is safe; `unknown` — the
 * reply was lost, it may have run, only the same operation id may be tried again; `bug` — our script or call is wrong.
 */
export type RedisErrorClass = 'not_done' | 'unknown' | 'bug';

const refused =
  /^(?:-)?(NOREPLICAS|OOM|MISCONF|READONLY|TRYAGAIN|MOVED|ASK|CLUSTERDOWN|LOADING|MASTERDOWN|BUSY|NOSCRIPT|MAXCLIENTS|ERR max number of clients)/;
/** Only refusals are sent again by the Cluster client (retryDelayOnFailover is 0), so having been sent too often means refused. */
const redirected = /^Too many Cluster redirections/;
const neverSent =
  /Stream isn't writeable and enableOfflineQueue|Cluster isn't ready|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|All sentinels are unreachable|Failed to refresh slots cache|None of startup nodes is available/;
const lost =
  /Command timed out|Connection is closed|ECONNRESET|EPIPE|ETIMEDOUT|max retries per request|Socket closed|Unexpected end|Cluster is closed/i;

/** Null when the error did not come from Redis or its client. */
export const classifyRedisError = (error: unknown): RedisErrorClass | null => {
  if (!(error instanceof Error)) return null;
  const text = error.message;
  if (refused.test(text) || redirected.test(text) || neverSent.test(text)) return 'not_done';
  if (lost.test(text) || error.name === 'MaxRetriesPerRequestError' || error.name === 'AbortError') return 'unknown';
  if (error.name === 'ReplyError') return 'bug';
  return null;
};
