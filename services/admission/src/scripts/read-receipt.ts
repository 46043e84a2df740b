import { defineScript, type NoSale } from '@sunbeon/runtime';

/** Times in ms by Redis's clock; `root`: null without a finished draw. */
export type PlaceForReceipt = { generation: number; nowMs: number } & (
  { state: 'waiting'; seq: number; root: string | null } | { state: 'lobby'; joinedAtMs: number; commitment: string } | { state: 'absent' }
);

/** What a receipt of one visitor says. */
export const readReceipt = defineScript<string, ({ outcome: 'read' } & PlaceForReceipt) | NoSale>({
  name: 'admission/read-receipt',
  url: new URL('./read-receipt.lua', import.meta.url),
  keys: ['sale', 'queue', 'lobby'],
  arguments: (visitor) => [visitor],
  decode: (reply) => {
    const rows = reply as string[];
    if (rows.length === 0) return { outcome: 'no_sale' };
    const [generation, now, state, figure, text] = rows as [string, string, 'waiting' | 'lobby' | 'absent', string, string];
    const head = { outcome: 'read' as const, generation: Number(generation), nowMs: Number(now) };
    if (state === 'waiting') return { ...head, state, seq: Number(figure), root: text === '' ? null : text };
    return state === 'lobby' ? { ...head, state, joinedAtMs: Number(figure), commitment: text } : { ...head, state };
  },
});
