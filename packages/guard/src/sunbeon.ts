import { limits } from './limits.ts';

/**
 * What became of a call. `away`: nobody answered in time, or with 5xx. `refused`: an answer below 500 that is not the one that was asked for.
 * They are told apart because only the first lets people in without a pass, and a visitor can cause the second.
 */
export type Outcome =
  | { outcome: 'answered'; status: number; body: Record<string, unknown> }
  | { outcome: 'refused'; status: number; code: string; detail?: string }
  | { outcome: 'away'; reason: string };

export interface Call {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The text of an answer; null for one that is longer than any of Sunbeon's. */
const textOf = async (response: Response): Promise<string | null> => {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done) return text + decoder.decode();
    bytes += value!.byteLength;
    if (bytes > limits.answerBytes) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
};

const objectOf = (text: string | null): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 200) : undefined);

const outcomeOf = (status: number, text: string | null): Outcome => {
  if (status >= 500) return { outcome: 'away', reason: `status ${status}` };
  const body = objectOf(text);
  if (status >= 200 && status < 300 && body !== null) return { outcome: 'answered', status, body };
  const detail = stringOf(body?.['detail']);
  return { outcome: 'refused', status, code: stringOf(body?.['code']) ?? 'unreadable', ...(detail === undefined ? {} : { detail }) };
};

const attempt = async (fetchIt: typeof fetch, { url, ...call }: Call, timeoutMs: number): Promise<Outcome> => {
  const aborter = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Not every fetch heeds its signal; the time-out holds all the same.
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({ outcome: 'away', reason: `no answer within ${timeoutMs} ms` });
      aborter.abort();
    }, timeoutMs);
  });
  const asked = (async (): Promise<Outcome> => {
    try {
      // The shop key goes to the address that was configured and to no other.
      const response = await fetchIt(url, { ...call, redirect: 'manual', signal: aborter.signal });
      return outcomeOf(response.status, await textOf(response));
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      return { outcome: 'away', reason: cause?.code ?? message };
    }
  })();
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Sends a call, and once more when nobody answered; `deadlineMs` by `Date.now()` ends both. Never rejects. */
export const send = async (fetchIt: typeof fetch, call: Call, deadlineMs = Infinity): Promise<Outcome> => {
  let last: Outcome = { outcome: 'away', reason: 'no time left' };
  for (let i = 0; i < limits.callAttempts; i += 1) {
    if (i > 0) await pause(Math.min(limits.retryPauseMs, Math.max(0, deadlineMs - Date.now())));
    const leftMs = Math.min(limits.callMs, deadlineMs - Date.now());
    if (leftMs <= 0) break;
    last = await attempt(fetchIt, call, leftMs);
    if (last.outcome !== 'away') break;
  }
  return last;
};
