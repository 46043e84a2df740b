#!lua flags=allow-oom
-- leave: a visitor gives up the place or the slot; a repeated call changes nothing.
-- KEYS    1 queue   2 active   3 flow   4 departed   5 sessions   6 ended   7 events   8 holds   9 hold-data   10 stock   11 sale
--         12 passes   13 stays   14 tickets
-- ARGV    1 visitor   2 number in the token or 0
-- Returns {"left", "queue"|"active"} | {"already_left"} | {"absent"} | {"pass_is_live"} | {"confirm_by_shop"} | {"no_sale"}
-- Keeps   I2 one atomic step, I7 the slot and held stock go back, I9 one event
-- include: clock
-- include: traces
-- include: emit
-- include: release
-- include: pass
local k = { flow = KEYS[3], stock = KEYS[10], events = KEYS[7], holds = KEYS[8], hold_data = KEYS[9], passes = KEYS[12], stays = KEYS[13],
  tickets = KEYS[14], trace = traces[1] }
local visitor = ARGV[1]
if redis.call('EXISTS', KEYS[11]) == 0 then return { 'no_sale' } end
local seq = redis.call('ZSCORE', KEYS[1], visitor)
if seq then
  emit(k.flow, k.events, 'left', { visitor = visitor, from = 'queue', seq = tonumber(seq) }, k.trace)
  redis.call('ZREM', KEYS[1], visitor)
  -- The bit alone records the departure: an entry per join and leave would let a bot fill the memory.
  redis.call('SETBIT', KEYS[4], seq, 1)
  local before = redis.call('HGET', KEYS[6], visitor)
  if not before or before == 'line' then redis.call('HDEL', KEYS[6], visitor) else redis.call('HSET', KEYS[6], visitor, 'left') end
  redis.call('HINCRBY', k.flow, 'left', 1)
  return { 'left', 'queue' }
end
if redis.call('ZSCORE', KEYS[2], visitor) then
  local _, pass = pass_of(k, visitor)
  if pass and pass.liveAt then return { 'pass_is_live' } end
  local hold = redis.call('HGET', KEYS[5], visitor)
  if hold and hold ~= '' and redis.call('HEXISTS', k.hold_data, hold) == 1 then
    if redis.call('HGET', KEYS[11], 'confirmBy') == 'shop' and tonumber(redis.call('ZSCORE', k.holds, hold) or 0) > now then return { 'confirm_by_shop' } end
    release_hold(k, hold, 'left')
  end
  emit(k.flow, k.events, 'left', { visitor = visitor, from = 'active' }, k.trace)
  redis.call('ZREM', KEYS[2], visitor)
  redis.call('HDEL', KEYS[5], visitor)
  redis.call('HSET', KEYS[6], visitor, 'left')
  close_pass(k, visitor)
  redis.call('HINCRBY', k.flow, 'leftActive', 1)
  return { 'left', 'active' }
end
local ended = redis.call('HGET', KEYS[6], visitor)
if ended == 'left' or (not ended and tonumber(ARGV[2]) > 0 and redis.call('GETBIT', KEYS[4], ARGV[2]) == 1) then return { 'already_left' } end
return { 'absent' }
