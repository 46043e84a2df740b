import { defineScript } from '@sunbeon/runtime';

export type TicketOutcome =
  | { outcome: 'issued'; ticketUntilMs: number; expiresAtSeconds: number }
  /** `changed`: the sale has other `returnUrls` than those the address was judged by. */
  | { outcome: 'not_admitted' | 'sale_not_open' | 'limit_exceeded' | 'changed' | 'no_sale' };

/** `generation`: that of the visitor's token; without one any counts. `ticketHash`: what Redis knows the ticket by. `returnUrls`: as stored, see `readReturnUrls`. */
export const issueTicket = defineScript<
  { visitor: string; generation?: number; ticketHash: string; newPassId: string; returnUrl: string; returnUrls: string },
  TicketOutcome
>({
  name: 'admission/issue-ticket',
  url: new URL('./issue-ticket.lua', import.meta.url),
  keys: ['sale', 'active', 'sessions', 'flow', 'events', 'passes', 'stays', 'tickets'],
  arguments: ({ visitor, generation, ticketHash, newPassId, returnUrl, returnUrls }) => [
    visitor,
    ticketHash,
    newPassId,
    returnUrl,
    returnUrls,
    generation ?? '',
  ],
  decode: (reply) => {
    const [outcome, ticketUntilMs, expiresAtSeconds] = reply as [TicketOutcome['outcome'], number, number];
    return outcome === 'issued' ? { outcome, ticketUntilMs, expiresAtSeconds } : { outcome };
  },
});
