import type { Mutant } from './scripts.ts';

const fence = "  if tonumber(redis.call('HGET', flow_key, 'epoch') or 0) ~= tonumber(epoch) then return 'fenced' end\n";

/** Of the lobby and its draw: each violates one of D1 to D5. */
export const lobbyMutants: Mutant[] = [
  {
    name: 'a join during the drawing gets into the lobby',
    breaks: 'D2',
    edits: [
      {
        script: 'queue/join',
        from: "in_lobby = phase == 'ahead' and",
        to: "in_lobby = (phase == 'ahead' or phase == 'drawing') and",
      },
    ],
  },
  {
    name: 'leaving during the drawing takes the entry out of the roster',
    breaks: 'D2',
    edits: [{ script: 'queue/leave', from: "redis.call('ZADD', KEYS[15], 'XX', 0, visitor)", to: "redis.call('ZREM', KEYS[15], visitor)" }],
  },
  {
    name: 'leaving the lobby leaves the entry in the roster',
    breaks: 'D2',
    edits: [{ script: 'queue/leave', from: "if phase == 'ahead' then redis.call('ZREM', KEYS[15], visitor) end", to: '' }],
  },
  {
    name: 'one who left during the drawing gets a place',
    breaks: 'D2',
    edits: [{ script: 'admission/write-drawn', from: 'if tonumber(joined[i]) > 0 then', to: 'if true then' }],
  },
  {
    name: 'the number of one who left during the drawing is no departure',
    breaks: 'D2',
    edits: [{ script: 'admission/write-drawn', from: "for _, seq in ipairs(left) do redis.call('SETBIT', KEYS[6], seq, 1) end", to: '' }],
  },
  {
    name: 'those who join during the drawing get the numbers of the lobby',
    breaks: 'D2',
    edits: [
      {
        from: "redis.call('HSET', k.flow, 'seq', data.lobby, 'lobbySize', data.lobby)",
        to: "redis.call('HSET', k.flow, 'lobbySize', data.lobby)",
      },
    ],
  },
  {
    name: 'a page is written twice',
    breaks: 'D4',
    edits: [
      { script: 'admission/write-drawn', from: "if from <= written then return 'written' end", to: '' },
      { script: 'admission/write-drawn', from: 'if from ~= written + 1 or', to: 'if' },
    ],
  },
  {
    name: 'a page is left out',
    breaks: 'D4',
    edits: [{ script: 'admission/write-drawn', from: 'if from ~= written + 1 or', to: 'if' }],
  },
  { name: 'an old leader writes a page', breaks: 'D4', edits: [{ script: 'admission/write-drawn', from: fence, to: '' }] },
  { name: 'an old leader freezes the roster', breaks: 'D4', edits: [{ script: 'admission/freeze', from: fence, to: '' }] },
  { name: 'an old leader writes a page of the roster', breaks: 'D4', edits: [{ script: 'admission/write-roster', from: fence, to: '' }] },
  {
    name: 'the last page keeps the seed',
    breaks: 'D3',
    edits: [{ script: 'admission/write-drawn', from: "'seed', data.seed, ", to: '' }],
  },
  {
    name: 'every page reveals the seed',
    breaks: 'D5',
    edits: [
      { script: 'admission/write-drawn', from: 'if complete then\n  local seed', to: 'if true then\n  local seed' },
      { script: 'admission/write-drawn', from: '  data.complete = true\n', to: '  data.complete = complete or nil\n' },
    ],
  },
  {
    name: 'the seed is public with the commitment',
    breaks: 'D5',
    edits: [
      {
        from: "redis.call('HSET', sale_key, 'commitment', commitment)",
        to: "redis.call('HSET', sale_key, 'commitment', commitment, 'seed', seed)",
      },
    ],
  },
  {
    name: 'a page is written before the roster is frozen',
    breaks: 'D1',
    edits: [{ script: 'admission/write-drawn', from: ' or not sale[1]', to: '' }],
  },
  {
    name: 'a page is written before the beacon has answered',
    breaks: 'D1',
    edits: [{ script: 'admission/write-drawn', from: " or sale[3] == 'pending'", to: '' }],
  },
  {
    name: 'a second freeze overwrites the root',
    breaks: 'D1',
    edits: [{ script: 'admission/freeze', from: "if known[1] then return known[2] == ARGV[3] and 'frozen' or 'another' end", to: '' }],
  },
  {
    name: 'a roster of another size is frozen',
    breaks: 'D2',
    edits: [{ script: 'admission/freeze', from: "if redis.call('ZCARD', KEYS[4]) ~= tonumber(ARGV[2]) then return 'another' end", to: '' }],
  },
  {
    name: 'a frozen roster is written over',
    breaks: 'D1',
    edits: [
      {
        script: 'admission/write-roster',
        from: "if not redis.call('HGET', KEYS[1], 'frozenAt') then redis.call('HSET', KEYS[3], ARGV[2], ARGV[3]) end",
        to: "redis.call('HSET', KEYS[3], ARGV[2], redis.call('HGET', KEYS[1], 'frozenAt') and '' or ARGV[3])",
      },
    ],
  },
  {
    name: 'the draw waits for a round that is known at the freeze',
    breaks: 'D1',
    edits: [{ script: 'admission/freeze', from: 'frozen_at / 1000 + 3 -', to: 'frozen_at / 1000 -' }],
  },
  {
    name: 'a late beacon overwrites that it was unavailable',
    breaks: 'D1',
    edits: [{ script: 'admission/settle-beacon', from: "if known[2] ~= 'pending' then return 'settled' end", to: '' }],
  },
  {
    name: 'admits before the whole order is written',
    breaks: 'D4',
    edits: [
      { script: 'admission/admit', from: "local n = status == 'open' and", to: "local n = (status == 'open' or status == 'drawing') and" },
    ],
  },
  {
    name: 'the sale opens without the draw',
    breaks: 'D2',
    edits: [{ from: "phase == 'ahead' and order == 'random' and 'drawing' or 'open'", to: "'open'" }],
  },
  {
    name: 'an end does not end the lobby',
    breaks: 'D2',
    edits: [{ from: "redis.call('UNLINK', k.queue, k.lobby)", to: '' }],
  },
  {
    name: 'the end without a draw marks no departures',
    breaks: 'D2',
    edits: [{ from: "redis.call('SETRANGE', k.departed, 0,", to: "redis.call('SETRANGE', '{' .. k.departed .. '}', 0," }],
  },
  {
    name: 'the end without a draw marks one departure too few',
    breaks: 'D2',
    edits: [{ from: 'local last = 2 ^ 8 - 2 ^ (7 - rest)', to: 'local last = 2 ^ 8 - 2 ^ (8 - rest)' }],
  },
  {
    name: 'a change of the settings changes the commitment',
    breaks: 'D1',
    edits: [{ from: 'if known then return known end', to: '' }],
  },
  {
    name: 'the settings of the draw change while people are in the lobby',
    breaks: 'D1',
    edits: [{ script: 'admission/change-sale', from: "if change[name] and status ~= 'scheduled' and", to: 'if false and' }],
  },
  {
    name: 'the opening moves while the order is drawn',
    breaks: 'D4',
    edits: [
      { script: 'admission/change-sale', from: "if change.opensAt and status == 'drawing' then return { 'drawing', version } end", to: '' },
    ],
  },
  {
    name: 'a pause during the drawing is forgotten',
    breaks: 'the pause',
    edits: [{ script: 'admission/write-drawn', from: "sale[2] == '1' and 'paused' or 'open'", to: "'open'" }],
  },
];
