import { pino, type Logger } from 'pino';
import { tracing } from './trace.ts';

/** The log of one process, in JSON on stdout: lines name service and instance, and no secret. */
export const createLog = (name: string, instance: string, level: string): Logger =>
  pino({
    name,
    level,
    base: { service: name, instance },
    // A log line written during a request carries its trace.
    ...(tracing() ? { mixin: () => tracing()!.logFields() } : {}),
    redact: [
      'req.headers.authorization',
      'req.headers.cookie',
      'headers.authorization',
      'headers.cookie',
      'token',
      'TOKEN_SECRET',
      'ADMIN_TOKEN',
      'OPERATORS',
    ],
  });
