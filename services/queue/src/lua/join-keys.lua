-- join_of_key: the place that a key gave in the last minute; nil without one. Keys of even and of odd minutes have a hash each; after a step back of the
-- clock both may have an entry of the last minute: the later one counts.
local function join_of_key(k, key)
  local last
  for _, hash in ipairs({ k.join_keys, k.join_keys_odd }) do
    local visitor, body, at, seq = string.match(redis.call('HGET', hash, key) or '', '^(%S+) (%S+) (%S+) (%S+)$')
    at = tonumber(at)
    if at and now - at < limits.joinKeyMs and not (last and last.at > at) then last = { visitor = visitor, body = body, at = at, seq = tonumber(seq) } end
  end
  return last
end
-- keep_join: the key gives the same place for a minute. A hash is dropped as a whole when a new minute begins to use it: all of it is older than a minute.
-- After a step back of the clock by less than a minute the later minute lasts on; by more, nothing is dropped at once, and the minutes count on from the new one.
local function keep_join(k, sale, e, visitor, seq)
  if not sale.key_minute then
    local minute, before = math.floor(now / limits.joinKeyMs), tonumber(redis.call('HGET', k.flow, 'joinKeyMinute') or 0)
    sale.key_minute = minute == before - 1 and before or minute
    sale.key_hash = sale.key_minute % 2 == 0 and k.join_keys or k.join_keys_odd
    if minute > before then redis.call('UNLINK', sale.key_hash) end
    if minute > before + 1 then redis.call('UNLINK', sale.key_hash == k.join_keys and k.join_keys_odd or k.join_keys) end
    if sale.key_minute ~= before then redis.call('HSET', k.flow, 'joinKeyMinute', string.format('%.0f', minute)) end
  end
  redis.call('HSET', sale.key_hash, e.key, string.format('%s %s %.0f %.0f', visitor, e.body, now, seq))
end
-- ended_place: of a visitor who had a place and has none now.
local function ended_place(k, visitor)
  local ended = redis.call('HGET', k.ended, visitor)
  if ended == 'claim_missed' or ended == 'session_over' then return 'expired' end
  if ended and string.sub(ended, 1, 10) == 'completed_' then return ended end
  return ended ~= 'left' and redis.call('HEXISTS', k.bought, visitor) == 1 and 'purchased' or 'left'
end
