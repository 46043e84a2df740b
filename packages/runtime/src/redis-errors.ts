/**
 * Class of a failed Redis call: `not_done` — refused before it ran, a retry is safe; `unknown` — the reply
 * was lost, it may have run, a retry must use the same operation id; `bug` — the script or the call is wrong.
 */
export type RedisErrorClass = 'not_done' | 'unknown' | 'bug';

const refused =
  /^(?:-)?(NOREPLICAS|OOM|MISCONF|READONLY|TRYAGAIN|MOVED|ASK|CLUSTERDOWN|LOADING|MASTERDOWN|BUSY|NOSCRIPT|MAXCLIENTS|ERR max number of clients)/;
/** The Cluster client repeats refusals only (retryDelayOnFailover is 0), so too many redirections mean refused. */
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
