import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';
import type { Log } from './types.ts';

/** A log that a visitor cannot flood: the same text at most once in `limits.logMs`. */
export const throttled = (log: Log): Log => {
  const writtenMs = new BoundedMap<string, number>(limits.logTexts);
  const once = (write: (text: string) => void, text: string): void => {
    if (Date.now() - (writtenMs.get(text) ?? -Infinity) < limits.logMs) return;
    writtenMs.set(text, Date.now());
    write(text);
  };
  return { warn: (text) => once((line) => log.warn(line), text), error: (text) => once((line) => log.error(line), text) };
};
