import { limits } from '@sunbeon/contracts';
import { entranceMutants } from './mutants-entrance.ts';
import { lobbyMutants } from './mutants-lobby.ts';
import type { Mutant } from './scripts.ts';

const free = "redis.call('ZREM', k.active, visitor)";

/** Each violates one invariant. `npm run mutants` reports the check that detects it; an undetected one is a gap in the tests. */
export const mutants: Mutant[] = [
  {
    name: 'no fence',
    breaks: 'an old leader changes nothing',
    edits: [
      {
        script: 'admission/admit',
        from: "if epoch ~= tonumber(ARGV[1]) then return { 'fenced', epoch } end",
        to: 'epoch = tonumber(ARGV[1])',
      },
    ],
  },
  {
    name: 'the event is written after the script',
    breaks: 'I9',
    edits: [
      {
        from: `local added = redis.pcall('XADD', events_key, 'MAXLEN', '~', ${limits.streamEntries}, string.format('%.0f-0', n), unpack(fields))`,
        to: "local added = redis.call('RPUSH', events_key .. ':later', cjson.encode({ string.format('%.0f-0', n), fields }))",
      },
    ],
    eventOutside: true,
  },
  {
    name: 'a time instead of a number',
    breaks: 'I3',
    edits: [{ script: 'queue/join', from: "string.format('%.0f', given), visitor", to: "string.format('%.0f', now), visitor" }],
  },
  { name: 'every script is sent again', breaks: 'I8', edits: [], sendTwice: true },
  { name: 'no idempotency check', breaks: 'I8', edits: [{ from: 'if not past then return nil end', to: 'do return nil end' }] },
  { name: 'a purchase does not free the slot', breaks: 'I7', edits: [{ script: 'purchase/purchase', from: free, to: '' }] },
  { name: 'a confirmed hold does not free the slot', breaks: 'I7', edits: [{ script: 'purchase/confirm', from: free, to: '' }] },
  {
    name: 'leaving does not free the slot',
    breaks: 'I7',
    edits: [{ script: 'queue/leave', from: "redis.call('ZREM', KEYS[2], visitor)", to: '' }],
  },
  { name: 'expiry does not free the slot', breaks: 'I7', edits: [{ script: 'admission/expire', from: free, to: '' }] },
  {
    name: 'a departure is not marked',
    breaks: 'positions',
    edits: [{ script: 'queue/leave', from: "redis.call('SETBIT', KEYS[4], seq, 1)", to: '' }],
  },
  { name: 'stock is not checked', breaks: 'I1', edits: [{ from: 'if tonumber(stock[1]) >= quantity then', to: 'if true then' }] },
  {
    name: 'a purchase does not take from the stock',
    breaks: 'I1',
    edits: [{ from: "redis.call('HINCRBY', k.stock, from, -quantity)", to: '' }],
  },
  {
    name: 'expiry keeps the held tickets',
    breaks: 'I1',
    edits: [
      {
        from: "if hold and hold ~= '' and redis.call('HEXISTS', k.hold_data, hold) == 1 then release_hold(k, hold, 'session_over') end",
        to: '',
      },
    ],
  },
  { name: 'the inside cap is ignored', breaks: 'I6', edits: [{ script: 'admission/admit', from: 'tonumber(sale[2]) - active, ', to: '' }] },
  {
    name: 'admits more than there are tickets',
    breaks: 'sold out',
    edits: [{ script: 'admission/admit', from: 'left, waiting, tonumber(ARGV[2])', to: 'waiting, tonumber(ARGV[2])' }],
  },
  { name: 'the bucket is ignored', breaks: 'I5', edits: [{ script: 'admission/admit', from: 'tokens + 1e-6, ', to: '' }] },
  {
    name: 'the bucket fills without an end',
    breaks: 'I5',
    edits: [
      {
        from: `math.max(0, math.min(${limits.refillMs}, now - tonumber(f[2] or now))) / 1000`,
        to: 'math.max(0, now - tonumber(f[2] or now)) / 1000',
      },
    ],
  },
  {
    name: 'the fraction of a visitor is lost',
    breaks: 'I5',
    edits: [{ from: 'local carry = level < 1 and level or 0', to: 'local carry = 0' }],
  },
  {
    name: 'a tick that was held up spends and fills again',
    breaks: 'I5',
    edits: [
      { script: 'admission/admit', from: ` or now - tonumber(redis.call('HGET', KEYS[2], 'refilledAt') or 0) > ${limits.tickMs}`, to: '' },
    ],
  },
  {
    name: 'admits while paused',
    breaks: 'the pause',
    edits: [{ script: 'admission/admit', from: "local n = status == 'open' and", to: 'local n =' }],
  },
  {
    name: 'joining again gives a new place',
    breaks: 'I4',
    edits: [{ script: 'queue/join', from: "local seq = redis.call('ZSCORE', k.queue, visitor)", to: 'local seq = false' }],
  },
  {
    name: 'who is inside may join',
    breaks: 'I4',
    edits: [{ script: 'queue/join', from: "local deadline = redis.call('ZSCORE', k.active, visitor)", to: 'local deadline = false' }],
  },
  {
    name: 'the last come first',
    breaks: 'I3',
    edits: [
      { script: 'admission/admit', from: "redis.call('ZRANGE', KEYS[3], 0, n - 1)", to: "redis.call('ZREVRANGE', KEYS[3], 0, n - 1)" },
      {
        script: 'admission/admit',
        from: "redis.call('ZREMRANGEBYRANK', KEYS[3], 0, n - 1)",
        to: "redis.call('ZREMRANGEBYRANK', KEYS[3], -n, -1)",
      },
    ],
  },
  {
    name: 'a new leader keeps the old epoch',
    breaks: 'fencing',
    edits: [
      { script: 'admission/lead', from: "redis.call('HINCRBY', KEYS[2], 'epoch', 1)", to: "(redis.call('HINCRBY', KEYS[2], 'epoch', 0))" },
    ],
  },
  {
    name: 'a second claim starts the session anew',
    breaks: 'I8',
    edits: [{ script: 'admission/claim', from: "elseif redis.call('HEXISTS', KEYS[3], visitor) == 1 then", to: 'elseif false then' }],
  },
  {
    name: 'the limit per visitor is ignored',
    breaks: 'the limit',
    edits: [
      { from: "if tonumber(redis.call('HGET', k.bought, visitor) or 0) + quantity > limit then return 'limit_exceeded' end", to: '' },
    ],
  },
  {
    name: 'a deadline that has passed still counts',
    breaks: 'I7',
    edits: [
      { from: "if not deadline or deadline <= now then return 'not_admitted' end", to: "if not deadline then return 'not_admitted' end" },
    ],
  },
  {
    name: 'a hold outlives its session',
    breaks: 'I7',
    edits: [
      { script: 'purchase/hold', from: 'math.min(now + tonumber(settings[2]) * 1000, deadline)', to: 'now + tonumber(settings[2]) * 1000' },
    ],
  },
  {
    name: 'a ticket is redeemed twice',
    breaks: 'P2',
    edits: [
      { script: 'admission/redeem', from: 'local given = data.redeemed and data.redeemed[hash]', to: 'local given = nil' },
      { script: 'admission/redeem', from: 'data.ticket, data.returnUrl, data.liveAt = nil, nil,', to: 'data.liveAt =' },
    ],
  },
  {
    name: 'a ticket is good for ever',
    breaks: 'P2',
    edits: [{ script: 'admission/redeem', from: `age > ${limits.ticketMs} or age < 0 or not deadline`, to: 'not deadline' }],
  },
  {
    name: 'an older ticket stays good',
    breaks: 'P2',
    edits: [
      { script: 'admission/issue-ticket', from: "if data.ticket then redis.call('HDEL', k.tickets, data.ticket) end", to: '' },
      { script: 'admission/redeem', from: 'if data.ticket ~= hash or', to: 'if' },
    ],
  },
  {
    name: 'who waits gets a ticket',
    breaks: 'P1',
    edits: [{ script: 'admission/issue-ticket', from: "if deadline <= now then return { 'not_admitted' } end", to: '' }],
  },
  {
    name: 'a pass outlives its stay',
    breaks: 'P3',
    edits: [{ script: 'admission/redeem', from: 'exp = math.floor(deadline / 1000)', to: 'exp = math.floor(deadline / 1000) + 1' }],
  },
  {
    name: 'an extension leaves the deadline',
    breaks: 'P3',
    edits: [{ script: 'admission/extend', from: "redis.call('ZADD', k.active, string.format('%.0f', deadline), data.visitor)", to: '' }],
  },
  {
    name: 'a stay is extended without an end',
    breaks: 'P3',
    edits: [{ script: 'admission/extend', from: 'if data.extensions >= tonumber(sale[2] or ARGV[6]) then', to: 'if false then' }],
  },
  {
    name: 'a stay that is over can be lengthened and ended',
    breaks: 'P4',
    edits: [{ from: 'return data, deadline > now and deadline or nil', to: 'return data, deadline' }],
  },
  {
    name: 'a completed stay keeps its slot',
    breaks: 'P4',
    edits: [{ script: 'admission/complete', from: "redis.call('ZREM', k.active, visitor)", to: '' }],
  },
  {
    name: 'a stay is completed twice',
    breaks: 'P4',
    edits: [
      {
        script: 'admission/complete',
        from: "if data.completedAt then return data.outcome == outcome and { 'replayed', data.completedAt } or { 'already_completed' } end\nif not deadline then return { 'pass_ended' } end",
        to: '',
      },
    ],
  },
  {
    name: 'a closed sale gives out tickets',
    breaks: 'issue-ticket',
    edits: [{ script: 'admission/issue-ticket', from: "if status_of(KEYS[1]) == 'closed' then return { 'sale_not_open' } end\n", to: '' }],
  },
  { name: 'expiry keeps the pass', breaks: 'P4', edits: [{ script: 'admission/expire', from: '  close_pass(k, visitor)\n', to: '' }] },
  {
    name: 'a visitor leaves while the shop counts on the stay',
    breaks: 'P4',
    edits: [{ script: 'queue/leave', from: "if pass and pass.liveAt then return { 'pass_is_live' } end", to: '' }],
  },
  {
    name: 'the visitor confirms what the shop has to',
    breaks: 'confirm by the shop',
    edits: [{ from: "return confirms and sale[2] == 'shop' and 'confirm_by_shop' or nil", to: 'return nil' }],
  },
  {
    name: 'a cancelled order keeps its tickets',
    breaks: 'I1',
    edits: [{ script: 'purchase/cancel-order', from: "redis.call('HINCRBY', k.stock, 'sold', -quantity)", to: '' }],
  },
  {
    name: 'an order is cancelled twice',
    breaks: 'I8',
    edits: [{ script: 'purchase/cancel-order', from: 'if order.cancelledAtMs then', to: 'if false then' }],
  },
  {
    name: 'a cancelled order keeps the limit of its visitor',
    breaks: 'the limit',
    edits: [
      { script: 'purchase/cancel-order', from: "redis.call('HSET', k.bought, visitor, rest)", to: '' },
      { script: 'purchase/cancel-order', from: "redis.call('HDEL', k.bought, visitor)", to: '' },
    ],
  },
  {
    name: 'a cancelled order is checked in',
    breaks: 'I8',
    edits: [{ script: 'purchase/check-in', from: "if order.cancelledAtMs then return { 'order_cancelled', json } end", to: '' }],
  },
  ...lobbyMutants,
  ...entranceMutants,
];
