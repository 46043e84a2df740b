#!lua
-- join: gives each visitor a place, or returns the existing one; a repeated join changes nothing.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 bought   7 sessions   8 ended   9 events   10 holds   11 hold-data
--         12 passes   13 stays   14 tickets   15 lobby   16 departed bitmap
-- ARGV    per visitor, in order of arrival: id, generation of the sale in the visitor's token (0: no token)
-- Returns {globals, {{state, seq, position, until ms, claimed 0|1}…}}   globals: see place-reply.ts; {} when there is no sale
-- Keeps   I3 seq from one counter, I4 one place, I9 one event for a visitor with an earlier place (a first join has none), I11 a token of another
--         generation of the sale is not valid for this one, I12 Redis's clock, D2 who joins after the lobby was closed is behind all of it
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: lobby
-- include: release
-- include: pass
-- include: expire
local k = { sale = KEYS[1], flow = KEYS[2], queue = KEYS[3], active = KEYS[4], stock = KEYS[5], sessions = KEYS[7], ended = KEYS[8], events = KEYS[9],
  holds = KEYS[10], hold_data = KEYS[11], passes = KEYS[12], stays = KEYS[13], tickets = KEYS[14], lobby = KEYS[15], departed = KEYS[16] }
local status, phase, order = status_of(KEYS[1])
if not status then return {} end
if phase ~= '' then
  settle(k, status, phase)
  status, phase, order = status_of(KEYS[1])
end
local in_lobby = phase == 'ahead' and order == 'random'
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'admitPerSecond', 'perVisitorLimit', 'kind')
local stock = redis.call('HMGET', KEYS[5], 'left', 'held')
local sells = sale[4] ~= 'gate'
local sold_out = sells and tonumber(stock[1]) == 0 and tonumber(stock[2]) == 0

local function refused(visitor)
  if status == 'scheduled' or status == 'closed' then return 'sale_not_open' end
  if sells and tonumber(redis.call('HGET', KEYS[6], visitor) or 0) >= tonumber(sale[3]) then return 'limit_exceeded' end
  if sold_out then return 'sold_out' end
  return nil
end
local function is_in_lobby(visitor)
  return (phase == 'ahead' or phase == 'drawing') and tonumber(redis.call('ZSCORE', KEYS[15], visitor) or 0) > 0
end

local waiting = redis.call('ZCARD', KEYS[3])
-- Those whose order is being drawn are before everybody who joins now.
local before = phase == 'drawing' and unplaced(KEYS[15]) or 0
local places = {}
for i = 1, #ARGV / 2 do
  local visitor, generation = ARGV[2 * i - 1], ARGV[2 * i]
  local foreign = generation ~= '0' and generation ~= sale[1]
  local seq = redis.call('ZSCORE', KEYS[3], visitor)
  local deadline = not seq and redis.call('ZSCORE', KEYS[4], visitor)
  if deadline and not foreign and tonumber(deadline) <= now then
    expire_visitor(k, visitor)
    deadline = nil
  end
  if foreign then
    places[i] = { 'another_generation', 0, 0, 0, 0 }
  elseif seq then
    places[i] = { 'waiting', tonumber(seq), redis.call('ZRANK', KEYS[3], visitor) + 1 + ahead_of(phase, tonumber(seq), KEYS[2], KEYS[15]), 0, 0 }
  elseif deadline then
    places[i] = { 'admitted', 0, 0, tonumber(deadline), redis.call('HEXISTS', KEYS[7], visitor) }
  elseif is_in_lobby(visitor) then
    places[i] = { 'lobby', 0, 0, 0, 0 }
  else
    local why = refused(visitor)
    if why then
      places[i] = { why, 0, 0, 0, 0 }
    elseif in_lobby then
      if generation ~= '0' then emit(k.flow, k.events, 'rejoined', { visitor = visitor }) end
      redis.call('ZADD', KEYS[15], string.format('%.0f', now), visitor)
      places[i] = { 'joined_lobby', 0, 0, 0, 0 }
    else
      -- Older tokens of this visitor contain given-up numbers: the mark invalidates them. "line": every earlier place ended in
      -- the line; "inside": one was active, so that the pace bounds these entries after the next end, too.
      if generation ~= '0' then
        local ended = redis.call('HGET', k.ended, visitor)
        local line = (not ended or ended == 'line') and redis.call('HEXISTS', KEYS[6], visitor) == 0
        emit(k.flow, k.events, 'rejoined', { visitor = visitor, seq = tonumber(redis.call('HGET', KEYS[2], 'seq') or 0) + 1 })
        redis.call('HSET', k.ended, visitor, line and 'line' or 'inside')
      end
      local given = redis.call('HINCRBY', KEYS[2], 'seq', 1)
      redis.call('ZADD', KEYS[3], string.format('%.0f', given), visitor)
      waiting = waiting + 1
      places[i] = { 'joined', given, waiting + before, 0, 0 }
    end
  end
end
local flow = redis.call('HMGET', KEYS[2], 'pace', 'event')
return { { string.format('%.0f', now), sale[1], status, sale[2], flow[1] or '0', waiting + before, flow[2] or '0' }, places }
