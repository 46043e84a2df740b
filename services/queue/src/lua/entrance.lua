-- entrance_refusal: what a newcomer lacks of what the sale asks for, beside the member token; nil: nothing, and what it costs is spent (E1). A wrong code
-- spends the proof: guessing codes costs work. e: the joiner's entrance, see join.ts; sale: what join read of it.
local function entrance_refusal(k, sale, visitor, e)
  if sale.proof_wanted then
    local proof = e.proof
    if not proof then return e.proofFault and 'proof_invalid' or 'proof_required' end
    if proof.generation ~= sale.generation or proof.untilMs <= now or redis.call('ZSCORE', k.proofs, proof.id) then return 'proof_invalid' end
    redis.call('ZADD', k.proofs, string.format('%.0f', proof.untilMs), proof.id)
    -- Two stale ones for each new one: the set shrinks, and no call pays for many.
    for _, stale in ipairs(redis.call('ZRANGEBYSCORE', k.proofs, '-inf', now, 'LIMIT', 0, 2)) do redis.call('ZREM', k.proofs, stale) end
  end
  if sale.by_code and not take_code(k, visitor, e.code) then return 'code_invalid' end
  return nil
end
-- join_of_key: the place that a key gave in the last minute; nil without one.
local function join_of_key(k, key)
  local untilMs = redis.call('ZSCORE', k.join_key_ends, key)
  if not untilMs or tonumber(untilMs) <= now then return nil end
  local visitor, body, at, seq = string.match(redis.call('HGET', k.join_keys, key), '^(%S+) (%S+) (%S+) (%S+)$')
  return { visitor = visitor, body = body, at = tonumber(at), seq = tonumber(seq) }
end
-- keep_join: the key gives the same place for a minute.
local function keep_join(k, e, visitor, seq)
  for _, stale in ipairs(redis.call('ZRANGEBYSCORE', k.join_key_ends, '-inf', now, 'LIMIT', 0, 2)) do
    redis.call('ZREM', k.join_key_ends, stale)
    redis.call('HDEL', k.join_keys, stale)
  end
  redis.call('HSET', k.join_keys, e.key, string.format('%s %s %.0f %.0f', visitor, e.body, now, seq))
  redis.call('ZADD', k.join_key_ends, string.format('%.0f', now + limits.joinKeyMs), e.key)
end
-- ended_place: of a visitor who had a place and has none now.
local function ended_place(k, visitor)
  local ended = redis.call('HGET', k.ended, visitor)
  if ended == 'claim_missed' or ended == 'session_over' then return 'expired' end
  if ended and string.sub(ended, 1, 10) == 'completed_' then return ended end
  return ended ~= 'left' and redis.call('HEXISTS', k.bought, visitor) == 1 and 'purchased' or 'left'
end
