import type { Mutant } from './scripts.ts';

const giveBack = '  give_back_code(k, visitor)\n';
const notGivenBack = (name: string, script: string, before: string, after: string): Mutant => ({
  name,
  breaks: 'E1',
  edits: [{ script, from: `${before}${giveBack}${after}`, to: `${before}${after}` }],
});

const all: Mutant[] = [
  // Proofs
  {
    name: 'a challenge is not spent',
    breaks: 'E1',
    edits: [
      { script: 'queue/join', from: ", proof.id) == 0 then return 'proof_invalid' end", to: ', proof.id) == 0 then local _ = 0 end' },
    ],
  },
  {
    name: 'a stale challenge is good',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: ' or proof.untilMs <= now then', to: ' then' }],
  },
  {
    name: 'a challenge of another generation is good',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: 'if proof.generation ~= sale.generation or', to: 'if' }],
  },
  {
    name: 'spent challenges are forgotten at once',
    breaks: 'E1',
    edits: [
      {
        script: 'queue/join',
        from: "redis.call('ZRANGEBYSCORE', k.proofs, '-inf', over,",
        to: "redis.call('ZRANGEBYSCORE', k.proofs, '-inf', '+inf',",
      },
    ],
  },
  {
    name: 'any refusal spends the challenge',
    breaks: 'order of refusals',
    edits: [
      {
        script: 'queue/join',
        from: 'refusal_of(k, sale, visitor) or entrance_refusal(k, sale, visitor, e)',
        to: 'entrance_refusal(k, sale, visitor, e) or refusal_of(k, sale, visitor)',
      },
    ],
  },
  {
    name: 'a wrong code keeps the challenge',
    breaks: 'order of refusals',
    edits: [
      {
        script: 'queue/join',
        from: '  if sale.proof_wanted or',
        to: "  if sale.by_code and not take_code(k, visitor, e.code) then return 'code_invalid' end\n  if sale.proof_wanted or",
      },
    ],
  },
  {
    name: 'a join without a member token spends the challenge',
    breaks: 'order of refusals',
    edits: [
      { script: 'queue/join', from: "  if sale.for_members and not e.member then return e.memberFault or 'member_required' end\n", to: '' },
      {
        script: 'queue/join',
        from: '  if sale.by_code and not',
        to: "  if sale.for_members and not e.member then return e.memberFault or 'member_required' end\n  if sale.by_code and not",
      },
    ],
  },
  {
    name: 'a rush asks for no proofs',
    breaks: 'auto',
    edits: [{ script: 'queue/join', from: "or f[8] == 'auto' and tonumber", to: "or f[8] == 'never' and tonumber" }],
  },
  {
    name: 'a rush is free until the next tick',
    breaks: 'auto',
    edits: [{ script: 'queue/join', from: ' or sale.calm and sale.asked > sale.calm then', to: ' then' }],
  },
  {
    name: 'refused joins do not count for the rush',
    breaks: 'auto',
    edits: [
      { script: 'queue/join', from: '  sale.asked = sale.asked + 1\n', to: '' },
      { script: 'queue/join', from: '  local seq = 0\n', to: '  local seq = 0\n  sale.asked = sale.asked + 1\n' },
    ],
  },
  {
    name: 'a proof is wanted of who has a place',
    breaks: 'E4',
    edits: [
      {
        script: 'queue/join',
        from: 'if row then return row end',
        to: "if row then return sale.proof_wanted and not e.proof and { 'proof_required', 0, 0, 0, 0, visitor, 0 } or row end",
      },
    ],
  },
  // Codes
  {
    name: 'a code is wanted of who has a place',
    breaks: 'E4',
    edits: [
      {
        script: 'queue/join',
        from: 'if row then return row end',
        to: "if row then return sale.by_code and not take_code(k, visitor, e.code) and { 'code_invalid', 0, 0, 0, 0, visitor, 0 } or row end",
      },
    ],
  },
  {
    name: 'a use of a code is not counted',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: "  redis.call('HINCRBY', k.code_uses, code, 1)\n", to: '' }],
  },
  {
    name: 'a use of a code is nobody’s',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: "  redis.call('HSET', k.code_holders, visitor, code)\n", to: '' }],
  },
  {
    name: 'a code is good without an end',
    breaks: 'E1',
    edits: [
      {
        script: 'queue/join',
        from: " or tonumber(redis.call('HGET', k.code_uses, code) or 0) >= cjson.decode(text).uses then",
        to: ' then',
      },
    ],
  },
  {
    name: 'a code gives one place too many',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: '>= cjson.decode(text).uses', to: '> cjson.decode(text).uses' }],
  },
  {
    name: 'a code that was taken back is good',
    breaks: 'codes',
    edits: [{ script: 'admission/delete-code', from: '{ uses = 0, at = data.at }', to: 'data' }],
  },
  {
    name: 'taking a code back frees its uses',
    breaks: 'E1',
    edits: [
      {
        script: 'admission/delete-code',
        from: "redis.call('ZREM', KEYS[3], ARGV[2])",
        to: "redis.call('ZREM', KEYS[3], ARGV[2]); redis.call('HDEL', string.gsub(KEYS[2], '^codes', 'code-uses'), ARGV[2])",
      },
    ],
  },
  {
    name: 'a code is made over one that is there',
    breaks: 'codes',
    edits: [
      {
        script: 'admission/write-codes',
        from: 'local is_new = not known or',
        to: "redis.call('HSET', KEYS[2], code, text); local is_new = not known or",
      },
    ],
  },
  {
    name: 'a code that was taken back is made again by its own call',
    breaks: 'codes',
    edits: [{ script: 'admission/write-codes', from: ' and not is_own', to: '' }],
  },
  {
    name: 'codes are made twice for one key',
    breaks: 'codes',
    edits: [{ script: 'admission/begin-codes', from: 'if past then', to: 'if false then' }],
  },
  {
    name: 'an open sale takes uses of codes',
    breaks: 'codes',
    edits: [{ script: 'queue/join', from: 'if sale.by_code and not take_code', to: 'if e.code and not take_code' }],
  },
  notGivenBack('leaving the line keeps the use', 'queue/leave', '', "  return { 'left', 'queue' }"),
  notGivenBack('leaving the lobby keeps the use', 'queue/leave', '', "  return { 'left', 'lobby' }"),
  notGivenBack('leaving the stay keeps the use', 'queue/leave', '', "  redis.call('HINCRBY', k.flow, 'leftActive', 1)"),
  {
    name: 'expiry keeps the use',
    breaks: 'E1',
    edits: [
      {
        from: "give_back_code(k, visitor)\n  redis.call('HINCRBY', k.flow, 'expired', 1)",
        to: "redis.call('HINCRBY', k.flow, 'expired', 1)",
      },
    ],
  },
  {
    name: 'an abandoned stay keeps the use',
    breaks: 'E1',
    edits: [{ script: 'admission/complete', from: ' else give_back_code(k, visitor) end', to: ' end' }],
  },
  {
    name: 'the end of the lobby keeps the uses',
    breaks: 'E1',
    edits: [{ from: "redis.call('UNLINK', k.code_uses, k.code_holders)", to: '' }],
  },
  {
    name: 'a use is given back twice, and the count falls below 0',
    breaks: 'E1',
    edits: [
      {
        from: "redis.call('HDEL', k.code_holders, visitor)\n  if redis.call('HINCRBY', k.code_uses, code, -1) <= 0 then redis.call('HDEL', k.code_uses, code) end",
        to: "redis.call('HINCRBY', k.code_uses, code, -1)",
      },
    ],
  },
  {
    name: 'a use given back gives two',
    breaks: 'E1',
    edits: [{ from: "redis.call('HINCRBY', k.code_uses, code, -1) <= 0", to: "redis.call('HINCRBY', k.code_uses, code, -2) <= 0" }],
  },
  {
    name: 'a purchase gives the use back with the next place',
    breaks: 'E1',
    edits: [{ from: " or tonumber(redis.call('HGET', k.bought, visitor) or 0) > 0 then return end", to: ' then return end' }],
  },
  {
    name: 'a purchase at a gate does not keep the use',
    breaks: 'E1',
    edits: [{ script: 'admission/complete', from: 'then keep_code(k, visitor) else', to: 'then local _ = 0 else' }],
  },
  {
    name: 'who holds a use needs another',
    breaks: 'codes',
    edits: [{ script: 'queue/join', from: "if redis.call('HEXISTS', k.code_holders, visitor) == 1 then return true end", to: '' }],
  },
  // Members
  {
    name: 'a member token is wanted of who has a place',
    breaks: 'E4',
    edits: [
      {
        script: 'queue/join',
        from: 'if row then return row end',
        to: "if row then return sale.for_members and not e.member and { 'member_required', 0, 0, 0, 0, visitor, 0 } or row end",
      },
    ],
  },
  {
    name: 'a member has a place on each device',
    breaks: 'E2',
    edits: [{ script: 'queue/join', from: 'or new_place(k, sale, e.member, false, e)', to: 'or new_place(k, sale, visitor, false, e)' }],
  },
  {
    name: 'a second device moves the member to the end',
    breaks: 'E2',
    edits: [{ script: 'queue/join', from: 'return place_of(k, sale, e.member) or new_place', to: 'return new_place' }],
  },
  {
    name: 'nobody is told of a member’s new place',
    breaks: 'I9',
    edits: [
      {
        script: 'queue/join',
        from: "  if sale.for_members then had_place = redis.call('SADD', k.members, visitor) == 0 or had_place end\n",
        to: '',
      },
    ],
  },
  {
    name: 'a member token is judged by the settings of before',
    breaks: 'settings_changed',
    edits: [{ script: 'queue/join', from: 'if sale.for_members and e.settings and e.settings ~= sale.version then', to: 'if false then' }],
  },
  // Keys
  {
    name: 'a key is not kept',
    breaks: 'E1',
    edits: [{ script: 'queue/join', from: 'if e.key then keep_join(k, sale, e, visitor, seq) end', to: '' }],
  },
  {
    name: 'a key is kept with a refusal',
    breaks: 'keys',
    edits: [
      {
        script: 'queue/join',
        from: 'if why then return {',
        to: 'if why and e.key then keep_join(k, sale, e, visitor, 0) end\n  if why then return {',
      },
    ],
  },
  {
    name: 'another body under a key is answered',
    breaks: 'keys',
    edits: [{ script: 'queue/join', from: 'if earlier.body ~= e.body then', to: 'if false then' }],
  },
  {
    name: 'a key is good for ever',
    breaks: 'keys',
    edits: [{ script: 'queue/join', from: 'if at and now - at < 60000 and', to: 'if at and' }],
  },
  {
    name: 'each minute forgets the keys of the one before',
    breaks: 'E1',
    edits: [
      { script: 'queue/join', from: "redis.call('UNLINK', sale.key_hash)", to: "redis.call('UNLINK', k.join_keys, k.join_keys_odd)" },
    ],
  },
  {
    name: 'a token is asked before the key',
    breaks: 'order of answers',
    edits: [
      { script: 'queue/join', from: 'local earlier = e.key and', to: 'local earlier = not place_of(k, sale, visitor) and e.key and' },
    ],
  },
  {
    name: 'a key gives the number of now',
    breaks: 'keys',
    edits: [{ script: 'queue/join', from: 'row[7], row[8] = earlier.at, earlier.seq', to: 'row[7], row[8] = now, row[2]' }],
  },
  // Limits by address
  {
    name: 'a limited address gets places',
    breaks: 'limited',
    edits: [
      { script: 'queue/join', from: "if e.limited and not sale.for_members and not sale.by_code then return 'rate_limited' end", to: '' },
    ],
  },
  {
    name: 'a limited address is refused a right code',
    breaks: 'limited',
    edits: [{ script: 'queue/join', from: 'if e.limited and not sale.for_members and not sale.by_code then', to: 'if e.limited then' }],
  },
  // Transfers
  {
    name: 'a transfer is taken twice',
    breaks: 'E1',
    edits: [
      { script: 'queue/take-transfer', from: "redis.call('HDEL', KEYS[2], ARGV[1])\nredis.call('ZREM', KEYS[3], ARGV[1])\n", to: '' },
    ],
  },
  {
    name: 'a transfer is good after its end',
    breaks: 'E1',
    edits: [{ script: 'queue/take-transfer', from: 'if not text or untilMs <= now then', to: 'if not text then' }],
  },
  {
    name: 'a transfer moves a member',
    breaks: 'transfers',
    edits: [{ script: 'queue/take-transfer', from: "if sale[2] == 'member' then return { 'member_required' } end", to: '' }],
  },
  {
    name: 'a transfer takes the place from the first device',
    breaks: 'E4',
    edits: [
      {
        script: 'queue/take-transfer',
        from: "return { 'taken', visitor,",
        to: "redis.call('ZREM', string.gsub(KEYS[2], '^transfers', 'queue'), visitor)\nreturn { 'taken', visitor,",
      },
    ],
  },
  {
    name: 'who has no place gets a transfer',
    breaks: 'transfers',
    edits: [{ script: 'queue/make-transfer', from: "<= now then return { 'not_in_queue' } end", to: '<= now then local _ = 0 end' }],
  },
  {
    name: 'a place gets transfers without an end',
    breaks: 'transfers',
    edits: [{ script: 'queue/make-transfer', from: 'if #times >= 10 then', to: 'if false then' }],
  },
  // Settings
  {
    name: 'a new setting of the entrance empties the line',
    breaks: 'E4',
    edits: [
      {
        script: 'admission/change-sale',
        from: "redis.call('HSET', KEYS[1], unpack(fields))\naudit_log",
        to: "redis.call('HSET', KEYS[1], unpack(fields))\nif change.identity == 'member' then redis.call('DEL', KEYS[6]) end\naudit_log",
      },
    ],
  },
];
/** Of the entrance: each violates E1, E2, E4 or one rule of a join. */
export const entranceMutants = all.map((mutant): Mutant => ({ ...mutant, of: 'entrance' }));
