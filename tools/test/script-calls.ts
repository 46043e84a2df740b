import { expect } from '@jest/globals';
import type { ScriptKey } from '@sunbeon/runtime';

interface Call {
  input: unknown;
  /** The decoded reply. */
  answer: unknown;
  /** Keys that exist afterwards; none without it. */
  writes?: ScriptKey[];
}

const noSale = { outcome: 'no_sale' };

/** One call of each script for a sale that does not exist: a new script needs a line here. */
export const callsOfAnUnknownSale: Record<string, Call> = {
  'runtime/advance-offset': { input: null, answer: 'no_sale' },
  'admission/admit': { input: { epoch: 0, cap: 1, isFirstBatch: true }, answer: noSale },
  'admission/change-sale': { input: { expected: null, change: { message: 'x' } }, answer: noSale },
  'admission/claim': { input: [{ visitor: 'a' }], answer: noSale },
  'admission/complete': { input: { passId: 'p', outcome: 'purchased', shop: 's' }, answer: { outcome: 'pass_not_found' } },
  'admission/extend': { input: { passId: 'p', key: 'k', keyId: 'i', shop: 's' }, answer: { outcome: 'pass_not_found' } },
  'admission/issue-ticket': {
    input: { visitor: 'a', ticketHash: 'h', newPassId: 'p', returnUrl: 'u', returnUrls: '["u"]' },
    answer: noSale,
  },
  'admission/plan': {
    input: { plannedId: 'l', at: '2099-01-01T00:00:00Z', change: { admitPerSecond: 1 } },
    answer: noSale,
  },
  'admission/run-planned': { input: 0, answer: noSale },
  'admission/unplan': { input: { plannedId: 'l' }, answer: 'no_sale' },
  'admission/read-pass': { input: 'p', answer: { outcome: 'pass_not_found' } },
  'admission/redeem': { input: { ticketHash: 'h', key: 'k', keyId: 'i', shop: 's' }, answer: { outcome: 'ticket_not_found' } },
  'admission/create-sale': {
    input: { saleId: 'x', title: 'X', stock: 1 },
    answer: { outcome: 'created' },
    writes: ['sale', 'flow', 'stock', 'events', 'auditLog'],
  },
  'admission/delete-sale': { input: {}, answer: 'no_sale' },
  'admission/expire': { input: 1, answer: { claimMissed: 0, sessionOver: 0 } },
  'admission/freeze': { input: { epoch: 1, count: 0, root: 'r', beacon: null }, answer: 'no_sale' },
  'admission/read-drawing': { input: 1, answer: noSale },
  'admission/read-receipt': { input: 'a', answer: noSale },
  'admission/settle-beacon': { input: { epoch: 1, round: 1, beacon: null }, answer: 'no_sale' },
  'admission/write-drawn': { input: { epoch: 1, from: 1, visitors: ['a'], isLast: true }, answer: 'no_sale' },
  'admission/write-roster': { input: { epoch: 1, page: 0, entries: Buffer.alloc(32) }, answer: 'no_sale' },
  'admission/begin-codes': { input: { key: 'k', fingerprint: 'f', seed: 's', detail: {} }, answer: noSale },
  'admission/delete-code': { input: { code: 'C' }, answer: 'no_sale' },
  'admission/read-codes': { input: { after: 0, most: 1 }, answer: noSale },
  'admission/write-codes': { input: { generation: '1', uses: 1, label: undefined, atMs: 1, codes: ['C'] }, answer: noSale },
  'admission/lead': { input: 'a', answer: { role: 'no_sale' } },
  'admission/read-gauges': { input: null, answer: noSale },
  'admission/read-stats': { input: { members: 1 }, answer: noSale },
  'admission/report': { input: { gateway: 'g', browsers: 1, estimates: 0, errorSeconds: 0 }, answer: 'no_sale' },
  'admission/resign': { input: 'a', answer: 'not_leader' },
  'admission/sample': { input: null, answer: { outcome: 'skipped' } },
  'admission/set-status': { input: { verb: 'open' }, answer: { outcome: 'no_sale', status: null } },
  'admission/sign-in': {
    input: { id: 'i', fingerprint: 'f', ended: ['e'], by: { operator: 'o', address: 'a' } },
    answer: 'signed_in',
    writes: ['operatorSessions', 'operatorLog'],
  },
  'admission/note-creation': { input: { saleId: '', title: 'T', by: { operator: 'o', address: 'a' } }, answer: 'without_id' },
  'admission/sign-out': { input: { ids: ['i'], by: { operator: 'o', address: 'a' } }, answer: 'unknown' },
  'admission/begin-rehearsal': { input: '', answer: 'without_id' },
  'admission/note-rehearsal': { input: { rehearsalId: 'r', plan: '{}', by: { operator: 'o', address: 'a' } }, answer: 'no_sale' },
  'admission/prune-sessions': { input: { fingerprints: ['f'] }, answer: 'unchanged' },
  'runtime/read-session': { input: { ids: ['i'] }, answer: { outcome: 'signed_out' } },
  'runtime/note-wrong-token': {
    input: { addressKey: 'a', most: 1, by: { operator: '', address: 'a' } },
    answer: { outcome: 'counted', untilMs: 60_000 },
    writes: ['wrongTokens', 'failedSignIns'],
  },
  'gateway/read-draw': { input: null, answer: noSale },
  'gateway/read-roster': { input: { root: 'r', page: 0 }, answer: noSale },
  'gateway/read-gate': { input: null, answer: noSale },
  'gateway/read-proof-terms': { input: null, answer: noSale },
  'gateway/read-mirror': { input: null, answer: noSale },
  'purchase/add-stock': { input: { add: 1, key: 'k' }, answer: 'no_sale' },
  'purchase/cancel-order': { input: { purchaseId: 'p', reason: 'r', restock: true }, answer: noSale },
  'purchase/check-in': { input: { purchaseId: 'p', key: 'k' }, answer: noSale },
  'purchase/confirm': { input: { visitor: 'a', holdId: 'h', purchaseId: 'p' }, answer: noSale },
  'purchase/expire-holds': { input: 1, answer: { holds: 0, nextInMs: Infinity } },
  'purchase/hold': { input: { visitor: 'a', quantity: 1, key: 'k', fingerprint: 'f', holdId: 'h' }, answer: noSale },
  'purchase/purchase': { input: [{ visitor: 'a', quantity: 1, key: 'k', fingerprint: 'f', purchaseId: 'p' }], answer: noSale },
  'purchase/read-orders': { input: { cursor: null, most: 1 }, answer: noSale },
  'purchase/read-hold': { input: { visitor: 'a' }, answer: noSale },
  'purchase/read-purchases': { input: { visitor: 'a' }, answer: noSale },
  'purchase/release': { input: { visitor: 'a', holdId: 'h' }, answer: 'no_sale' },
  'queue/make-transfer': { input: { visitor: 'a', seq: 1, generation: 1, hash: 'h' }, answer: noSale },
  'queue/take-transfer': { input: 'h', answer: noSale },
  'queue/join': { input: ['a'], answer: noSale },
  'queue/leave': { input: { visitor: 'a' }, answer: noSale },
  'queue/read-places': { input: [{ visitor: 'a', seq: 1 }], answer: noSale },
  'runtime/announce-keys': {
    input: {
      instance: 'a',
      ids: ['k1'],
      sinceMs: 0,
      awaited: [],
      signs: true,
      steady: false,
      livesMs: 1_000,
      tokenMs: 1_000,
      expectedMs: 0,
      jumpMs: 0,
      signed: null,
    },
    answer: { nowMs: expect.any(Number), signing: 'k1', lacks: [], awaited: [], elsewhere: [], unknownTo: [] },
    writes: ['keyring'],
  },
  'runtime/read-members': { input: null, answer: noSale },
  'runtime/read-sale': { input: null, answer: noSale },
};
