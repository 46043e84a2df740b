-- join_of_key: the place that a key gave in the last minute; nil without one. Keys of even and of odd minutes have a hash each.
local function join_of_key(k, key)
  for _, hash in ipairs({ k.join_keys, k.join_keys_odd }) do
    local visitor, body, at, seq = string.match(redis.call('HGET', hash, key) or '', '^(%S+) (%S+) (%S+) (%S+)$')
    if visitor and now - tonumber(at) < limits.joinKeyMs then return { visitor = visitor, body = body, at = tonumber(at), seq = tonumber(seq) } end
  end
  return nil
end
-- keep_join: the key gives the same place for a minute. A hash is dropped as a whole when a new minute begins to use it: all of it is older than a minute.
-- A clock that was set back drops nothing at once, and counts on from its new minute.
local function keep_join(k, sale, e, visitor, seq)
  local minute = math.floor(now / limits.joinKeyMs)
  local current, other = k.join_keys, k.join_keys_odd
  if minute % 2 == 1 then current, other = other, current end
  if not sale.key_minute then
    sale.key_minute = tonumber(redis.call('HGET', k.flow, 'joinKeyMinute') or 0)
    if minute > sale.key_minute then
      redis.call('UNLINK', current)
      if minute > sale.key_minute + 1 then redis.call('UNLINK', other) end
    end
    if minute ~= sale.key_minute then redis.call('HSET', k.flow, 'joinKeyMinute', string.format('%.0f', minute)) end
  end
  redis.call('HSET', current, e.key, string.format('%s %s %.0f %.0f', visitor, e.body, now, seq))
end
-- ended_place: of a visitor who had a place and has none now.
local function ended_place(k, visitor)
  local ended = redis.call('HGET', k.ended, visitor)
  if ended == 'claim_missed' or ended == 'session_over' then return 'expired' end
  if ended and string.sub(ended, 1, 10) == 'completed_' then return ended end
  return ended ~= 'left' and redis.call('HEXISTS', k.bought, visitor) == 1 and 'purchased' or 'left'
end
