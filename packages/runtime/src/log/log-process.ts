import type { Log } from './log.ts';

/** The lines of a process's end, and warnings of Node as lines of the log. */
export const logProcess = (log: Log) => {
  // Node's own listener prints plain text.
  process.removeAllListeners('warning');
  process.on('warning', ({ name, code, message }: Error & { code?: string }) =>
    log.write('node_warned', { code: code ?? name, reason: message }),
  );
  return {
    /** For close-with-grace. */
    logger: {
      error: (reason: unknown): void => log.write('stop_failed', reason instanceof Error ? { err: reason } : { reason: String(reason) }),
      warn: (reason: unknown): void => log.write('stop_hurried', { reason: String(reason) }),
    },
    stopping: ({ err, signal }: { err?: Error | undefined; signal?: string | undefined }): void =>
      err ? log.write('crashed', { err }) : log.write('stopping', { signal }),
    stopped: (): void => {
      log.flush();
      log.write('stopped');
    },
  };
};
