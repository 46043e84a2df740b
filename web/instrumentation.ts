/** A page that failed on the server: a line of the log with the id of its request. Set by `log.mjs`; `next dev` prints errors itself. */
export const onRequestError = (
  error: unknown,
  request: { path: string; method: string; headers: Record<string, string | string[] | undefined> },
): void => {
  const write = (globalThis as Record<symbol, unknown>)[Symbol.for('sunbeon page failed')] as
    ((error: unknown, request: object) => void) | undefined;
  write?.(error, request);
};
