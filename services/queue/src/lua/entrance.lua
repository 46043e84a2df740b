-- calm_joins: how many more joins are no rush before the leader counts again. Between two counts, and before the first one, what is normal for that
-- time, two seconds at most: an opening is not free until the next tick.
local function calm_joins(flow_key, pace)
  local f = redis.call('HMGET', flow_key, 'joinsAsked', 'joinsRated', 'joinsRatedAt', 'joinsMean')
  local elapsed = math.min(math.max(now - tonumber(f[3] or 0), 1000), 2000)
  return normal_joins(pace, tonumber(f[4] or 0)) * elapsed / 1000 - (tonumber(f[1] or 0) - tonumber(f[2] or 0))
end
-- entrance_refusal: what a newcomer lacks of what the sale asks for; nil: nothing, and what it costs is spent (E1). A wrong code
-- spends the proof: guessing codes costs work. e: the joiner's entrance, see join.ts; sale: what join read of it.
local function entrance_refusal(k, sale, visitor, e)
  if e.limited and not sale.for_members and not sale.by_code then return 'rate_limited' end
  if sale.for_members and not e.member then return e.memberFault or 'member_required' end
  -- Refused ones count, too: else a rush would be over once it is asked for proofs.
  sale.asked = sale.asked + 1
  if sale.proof_wanted or sale.calm and sale.asked > sale.calm then
    local proof = e.proof
    if not proof then return e.proofFault and 'proof_invalid' or 'proof_required' end
    if proof.generation ~= sale.generation or proof.untilMs <= now then return 'proof_invalid' end
    if redis.call('ZADD', k.proofs, string.format('%.0f', proof.untilMs), proof.id) == 0 then return 'proof_invalid' end
    -- Once a call, twice as many as it can add: the set shrinks, and no call pays for more. One is kept as long again as it was good: a step back of the
    -- clock makes none good twice.
    local over = string.format('%.0f', now - limits.proofSeconds * 1000)
    local stale = not sale.swept and redis.call('ZRANGEBYSCORE', k.proofs, '-inf', over, 'LIMIT', 0, 2 * limits.batchItems) or {}
    sale.swept = true
    if #stale > 0 then redis.call('ZREM', k.proofs, unpack(stale)) end
  end
  if sale.by_code and not take_code(k, visitor, e.code) then return 'code_invalid' end
  return nil
end
