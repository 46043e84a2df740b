import type { Draw } from '@sunbeon/contracts';
import type { Source } from './check-draw.ts';

/** Longest wait for one answer, ms. */
const timeoutMs = 20_000;
const attempts = 3;
const pauseMs = 1_000;

/** The public data of a draw, from the page's own origin. `@sunbeon/client` has no calls that answer with bytes. */
const get = async (path: string): Promise<Response | null> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
    const response = await fetch(path, { signal: AbortSignal.timeout(timeoutMs), credentials: 'omit' }).catch(() => null);
    if (response?.ok) return response;
    if (response !== null && response.status < 500 && response.status !== 429) return null;
  }
  return null;
};

export const readDraw = async (saleId: string): Promise<Draw | null> => {
  const response = await get(`/api/sales/${saleId}/draw`);
  return response === null ? null : ((await response.json().catch(() => null)) as Draw | null);
};

export const sourceOf = (saleId: string): Source => ({
  draw: () => readDraw(saleId),
  entries: async (root, page) => {
    const response = await get(`/api/sales/${saleId}/draw/${root}/entries/${page}`);
    const bytes = await response?.arrayBuffer().catch(() => null);
    return bytes ? new Uint8Array(bytes) : null;
  },
});
