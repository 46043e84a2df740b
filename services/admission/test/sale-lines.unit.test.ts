import { beforeEach, expect, it } from '@jest/globals';
import { createSaleLines } from '../src/tick/sale-lines.ts';

let lines: unknown[];
let sales: ReturnType<typeof createSaleLines>;
beforeEach(() => {
  lines = [];
  sales = createSaleLines({ write: (event, fields = {}) => void lines.push([event, ...Object.values(fields)]) });
});

it('a change of status is told once, by who leads', () => {
  sales.waits('a');
  sales.waits('a');
  sales.acquired('a', 1, 'open');
  for (const status of ['open', 'open', 'paused', 'paused', 'closed', 'closed'] as const) sales.saw('a', status);
  sales.ended('a', true);
  expect(lines).toEqual([
    ['leader_acquired', 'a', 1, 'open'],
    ['sale_status_changed', 'a', 'scheduled', 'open'],
    ['sale_status_changed', 'a', 'open', 'paused'],
    ['sale_status_changed', 'a', 'paused', 'closed'],
  ]);
});

it('a leader whom another one follows tells nothing of what was meanwhile', () => {
  sales.saw('a', 'open');
  sales.lost('a', 'another instance has the lease');
  sales.acquired('a', 5, 'paused');
  sales.saw('a', 'paused');
  sales.waits('b');
  sales.follows('b');
  sales.acquired('b', 2, 'open');
  sales.saw('b', 'open');
  expect(lines).toEqual([
    ['leader_lost', 'a', 'another instance has the lease'],
    ['leader_acquired', 'a', 5, 'paused'],
    ['leader_acquired', 'b', 2, 'open'],
  ]);
});

it('an end is told by the leader, or by who finds it; never for a sale that was closed before', () => {
  sales.saw('led', 'open');
  sales.ended('led', true);
  sales.waits('elsewhere');
  sales.ended('elsewhere', false);
  sales.ended('old', true);
  sales.saw('rehearsal', 'open');
  sales.waits('rehearsal');
  sales.waits('rehearsal');
  expect(lines).toEqual([
    ['sale_status_changed', 'led', 'open', 'closed'],
    ['sale_status_changed', 'rehearsal', 'open', 'closed'],
  ]);
});
