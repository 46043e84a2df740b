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

/** An answer on the way is a second old at most, and the check is offered as soon as the page hears of the opening, ms. */
const oldAnswer = { againAfterMs: 1_100, attempts: 3 } as const;

export const sourceOf = (saleId: string): Source => ({
  draw: async () => {
    let draw = await readDraw(saleId);
    for (let again = 1; again < oldAnswer.attempts && draw !== null && draw.phase !== 'drawn'; again += 1) {
      await new Promise((resolve) => setTimeout(resolve, oldAnswer.againAfterMs));
      draw = await readDraw(saleId);
    }
    return draw;
  },
  entries: async (root, page) => {
    const answer = await api.drawEntries(saleId, root, page, patient);
    return answer.ok ? answer.value : null;
  },
});
