#!lua flags=no-writes
-- read-places: the place of each visitor; read-only.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 sessions   6 ended   7 bought   8 lobby   9 departed bitmap
-- ARGV    per visitor: id, number in the token or 0
-- Returns {globals, {{state, seq, position, until ms, claimed 0|1}…}}   globals: see place-reply.ts; {} when there is no sale
-- Keeps   I11: only the given visitors
-- include: clock
-- include: status
-- include: lobby
local status, phase, order = status_of(KEYS[1])
if not status then return {} end
-- Closed before the lobby got an order: the next script that writes ends every place.
local ending = status == 'closed' and order == 'random' and (phase == 'ahead' or phase == 'drawing')

local function place_of(visitor, number)
  local seq = redis.call('ZSCORE', KEYS[3], visitor)
  if seq and ending then return { 'left', 0, 0, 0, 0 } end
  if seq then return { 'waiting', tonumber(seq), redis.call('ZRANK', KEYS[3], visitor) + 1 + ahead_of(phase, tonumber(seq), KEYS[2], KEYS[3], KEYS[8]), 0, 0 } end
  local deadline = tonumber(redis.call('ZSCORE', KEYS[4], visitor) or nil)
  if deadline and deadline > now then return { 'admitted', 0, 0, deadline, redis.call('HEXISTS', KEYS[5], visitor) } end
  if deadline then return { 'expired', 0, 0, 0, 0 } end
  local ended = redis.call('HGET', KEYS[6], visitor)
  -- A place taken again that is not there: the lobby ended without an order.
  if ended == 'line' then return { 'left', 0, 0, 0, 0 } end
  if ended and ended ~= 'inside' then return { (ended == 'left' or string.sub(ended, 1, 10) == 'completed_') and ended or 'expired', 0, 0, 0, 0 } end
  -- The marks of join.lua: a number in an older token tells nothing.
  if not ended and number > 0 and redis.call('GETBIT', KEYS[9], number) == 1 then return { 'left', 0, 0, 0, 0 } end
  if redis.call('HEXISTS', KEYS[7], visitor) == 1 then return { 'purchased', 0, 0, 0, 0 } end
  if phase ~= '' then
    local joined = tonumber(redis.call('ZSCORE', KEYS[8], visitor) or 0)
    if joined > 0 and not ending then return { 'lobby', 0, 0, 0, 0 } end
    -- A token without a number proves an entry of the lobby: one that is neither there nor in the line was given up.
    if joined > 0 or number == 0 then return { 'left', 0, 0, 0, 0 } end
  end
  return { 'absent', 0, 0, 0, 0 }
end

local places = {}
for i = 1, #ARGV, 2 do places[#places + 1] = place_of(ARGV[i], tonumber(ARGV[i + 1])) end
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'admitPerSecond', 'opensAt')
local flow = redis.call('HMGET', KEYS[2], 'pace', 'event', 'chances')
local before = phase == 'drawing' and unplaced(KEYS[2], KEYS[3], KEYS[8]) or 0
return { { string.format('%.0f', now), sale[1], status, sale[2], flow[1] or '0', redis.call('ZCARD', KEYS[3]) + before, flow[2] or '0', sale[3] or '', flow[3] or '' }, places }
