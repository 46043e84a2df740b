import type { ShopReply } from '../src/scripts/outcome.ts';

/** What was done or why not, in one word. */
export const wordOf = (reply: ShopReply): string => (reply.outcome === 'refused' ? reply.why : reply.replayed ? 'replayed' : 'done');
