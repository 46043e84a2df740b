import { createClient } from '@sunbeon/client';
import type { Draw } from '@sunbeon/contracts';
import type { Source } from './check-draw.ts';

const api = createClient({ baseUrl: '' });
/** Pages of a roster are 128 KiB, and a phone may be on a poor connection. */
const patient = { attempts: 4, timeoutMs: 20_000 } as const;

/** The public draw of a sale; null without one, or without an answer. */
export const readDraw = async (saleId: string): Promise<Draw | null> => {
  const answer = await api.draw(saleId, patient);
  return answer.ok ? answer.value : null;
};

export const sourceOf = (saleId: string): Source => ({
  draw: () => readDraw(saleId),
  entries: async (root, page) => {
    const answer = await api.drawEntries(saleId, root, page, patient);
    return answer.ok ? answer.value : null;
  },
});
