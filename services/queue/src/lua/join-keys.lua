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
