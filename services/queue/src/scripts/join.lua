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
-- include: give-place
local k = { sale = KEYS[1], flow = KEYS[2], queue = KEYS[3], active = KEYS[4], stock = KEYS[5], bought = KEYS[6], sessions = KEYS[7], ended = KEYS[8],
  events = KEYS[9], holds = KEYS[10], hold_data = KEYS[11], passes = KEYS[12], stays = KEYS[13], tickets = KEYS[14], lobby = KEYS[15], departed = KEYS[16] }
local status, phase, order = settled_status(k)
if not status then return {} end
local f = redis.call('HMGET', k.sale, 'createdAt', 'admitPerSecond', 'perVisitorLimit', 'kind', 'opensAt')
local stock = redis.call('HMGET', k.stock, 'left', 'held')
local sale = { status = status, generation = f[1], limit = tonumber(f[3] or nil), sells = f[4] ~= 'gate', left = tonumber(stock[1] or 0), held = tonumber(stock[2] or 0) }
local in_lobby = phase == 'ahead' and order == 'random'
local function is_in_lobby(visitor)
  return (phase == 'ahead' or phase == 'drawing') and tonumber(redis.call('ZSCORE', k.lobby, visitor) or 0) > 0
end

local waiting = redis.call('ZCARD', k.queue)
-- Those whose order is being drawn are before everybody who joins now.
local before = phase == 'drawing' and unplaced(k.flow, k.queue, k.lobby) or 0
local places = {}
for i = 1, #ARGV / 2 do
  local visitor, generation = ARGV[2 * i - 1], ARGV[2 * i]
  local had_place = generation ~= '0'
  local foreign = had_place and generation ~= sale.generation
  local seq = redis.call('ZSCORE', k.queue, visitor)
  local deadline = not seq and redis.call('ZSCORE', k.active, visitor)
  if deadline and not foreign and tonumber(deadline) <= now then
    expire_visitor(k, visitor)
    deadline = nil
  end
  if foreign then
    places[i] = { 'another_generation', 0, 0, 0, 0 }
  elseif seq then
    places[i] = { 'waiting', tonumber(seq), redis.call('ZRANK', k.queue, visitor) + 1 + ahead_of(phase, tonumber(seq), k.flow, k.queue, k.lobby), 0, 0 }
  elseif deadline then
    places[i] = { 'admitted', 0, 0, tonumber(deadline), redis.call('HEXISTS', k.sessions, visitor) }
  elseif is_in_lobby(visitor) then
    places[i] = { 'lobby', 0, 0, 0, 0 }
  else
    local why = refusal_of(k, sale, visitor)
    if why then
      places[i] = { why, 0, 0, 0, 0 }
    elseif in_lobby then
      enter_lobby(k, visitor, had_place)
      places[i] = { 'joined_lobby', 0, 0, 0, 0 }
    else
      local given = give_number(k, visitor, had_place)
      waiting = waiting + 1
      places[i] = { 'joined', given, waiting + before, 0, 0 }
    end
  end
end
local flow = redis.call('HMGET', k.flow, 'pace', 'event')
return { { string.format('%.0f', now), sale.generation, status, f[2], flow[1] or '0', waiting + before, flow[2] or '0', f[5] or '' }, places }
