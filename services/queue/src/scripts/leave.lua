#!lua flags=allow-oom
-- leave: a visitor gives up the place or the slot; a repeated call changes nothing.
-- KEYS    1 queue   2 active   3 flow   4 departed   5 sessions   6 ended   7 events   8 holds   9 hold-data   10 stock   11 sale
--         12 passes   13 stays   14 tickets   15 lobby   16 bought   17 code-uses   18 code-holders
-- ARGV    1 visitor   2 number in the token or 0   3 generation in the token, '' for any
-- Returns {"left", "lobby"|"queue"|"active"} | {"already_left"} | {"absent"} | {"pass_is_live"} | {"confirm_by_shop"} | {"no_sale"}
-- Keeps   I2 one atomic step, I7 the slot and held stock go back, I9 one event, D2 who leaves while the order is drawn stays in the roster
-- include: clock
-- include: traces
-- include: status
-- include: emit
-- include: move
-- include: release
-- include: pass
-- include: code-use
local k = { queue = KEYS[1], flow = KEYS[3], departed = KEYS[4], events = KEYS[7], holds = KEYS[8], hold_data = KEYS[9], stock = KEYS[10], sale = KEYS[11],
  passes = KEYS[12], stays = KEYS[13], tickets = KEYS[14], lobby = KEYS[15], bought = KEYS[16], code_uses = KEYS[17],
  code_holders = KEYS[18], trace = traces[1] }
local visitor = ARGV[1]
if redis.call('EXISTS', KEYS[11]) == 0 then return { 'no_sale' } end
if ARGV[3] ~= '' and redis.call('HGET', KEYS[11], 'createdAt') ~= ARGV[3] then return { 'absent' } end
local _, phase = settled_status(k)
local seq = redis.call('ZSCORE', KEYS[1], visitor)
if seq then
  emit(k.flow, k.events, 'left', { visitor = visitor, from = 'queue', seq = tonumber(seq) }, k.trace)
  redis.call('ZREM', KEYS[1], visitor)
  -- One of the lobby, with a number already.
  if phase == 'drawing' then redis.call('ZADD', KEYS[15], 'XX', 0, visitor) end
  -- The bit alone records the departure: an entry per join and leave would let a bot fill the memory.
  redis.call('SETBIT', KEYS[4], seq, 1)
  local before = redis.call('HGET', KEYS[6], visitor)
  if not before or before == 'line' then redis.call('HDEL', KEYS[6], visitor) else redis.call('HSET', KEYS[6], visitor, 'left') end
  redis.call('HINCRBY', k.flow, 'left', 1)
  give_back_code(k, visitor)
  return { 'left', 'queue' }
end
local joined = phase ~= '' and tonumber(redis.call('ZSCORE', KEYS[15], visitor) or 0) or 0
if joined > 0 then
  emit(k.flow, k.events, 'left', { visitor = visitor, from = 'lobby' }, k.trace)
  if phase == 'ahead' then redis.call('ZREM', KEYS[15], visitor) end
  if phase == 'drawing' then
    redis.call('ZADD', KEYS[15], 'XX', 0, visitor)
    redis.call('HINCRBY', k.flow, 'left', 1)
  end
  give_back_code(k, visitor)
  return { 'left', 'lobby' }
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
  give_back_code(k, visitor)
  redis.call('HINCRBY', k.flow, 'leftActive', 1)
  return { 'left', 'active' }
end
local ended = redis.call('HGET', KEYS[6], visitor)
-- `line` without a place: the lobby ended without an order. A token without a number is one of the lobby.
if ended == 'left' or ended == 'line' then return { 'already_left' } end
local number = tonumber(ARGV[2])
local gave_up = not ended and redis.call('HEXISTS', KEYS[16], visitor) == 0 and (number > 0 and redis.call('GETBIT', KEYS[4], number) == 1 or number == 0 and phase ~= '')
return { gave_up and 'already_left' or 'absent' }
