#!lua
-- join: gives each visitor a place, or returns the existing one; a repeated join changes nothing.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 bought   7 sessions   8 ended   9 events   10 holds   11 hold-data
--         12 passes   13 stays   14 tickets   15 lobby   16 departed bitmap   17 proofs   18 join-keys   19 join-keys-odd   20 members
--         21 codes   22 code-uses   23 code-holders
-- ARGV    per visitor, in order of arrival: id, generation of the sale in the visitor's token (0: no token), entrance as JSON or '' (join.ts)
-- Returns {globals, {{state, seq, position, until ms, claimed 0|1, visitor, ms of the first join with this key or 0, its seq}…}}
--         globals: see place-reply.ts; {} when there is no sale
-- Keeps   I3 seq from one counter, I4 one place, I9 one event for a visitor with an earlier place (a first join has none), I11 a token of another
--         generation of the sale is not valid for this one, I12 Redis's clock, D2 who joins after the lobby was closed is behind all of it,
--         E1 a proof and a use of a code are spent once, E2 one place for a member, E4 who has a place needs nothing again
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: lobby
-- include: release
-- include: pass
-- include: code-use
-- include: expire
-- include: give-place
-- include: codes
-- include: normal-joins
-- include: entrance
-- include: join-keys
-- include: join-place
local k, names = {}, { 'sale', 'flow', 'queue', 'active', 'stock', 'bought', 'sessions', 'ended', 'events', 'holds', 'hold_data', 'passes', 'stays', 'tickets',
  'lobby', 'departed', 'proofs', 'join_keys', 'join_keys_odd', 'members', 'codes', 'code_uses', 'code_holders' }
for i, key in ipairs(KEYS) do if names[i] then k[names[i]] = key end end
local status, phase, order = settled_status(k)
if not status then return {} end
local f = redis.call('HMGET', k.sale, 'createdAt', 'admitPerSecond', 'perVisitorLimit', 'kind', 'opensAt', 'identity', 'access', 'proofOfWork', 'version')
local stock = redis.call('HMGET', k.stock, 'left', 'held')
local sale = { status = status, generation = f[1], limit = tonumber(f[3] or nil), sells = f[4] ~= 'gate', left = tonumber(stock[1] or 0), held = tonumber(stock[2] or 0),
  for_members = f[6] == 'member', by_code = f[7] == 'code', version = f[9], phase = phase, in_lobby = phase == 'ahead' and order == 'random', asked = 0 }
sale.proof_wanted = f[8] == 'on' or f[8] == 'auto' and tonumber(redis.call('HGET', k.flow, 'proofLevel') or 0) > 0
if f[8] == 'auto' and not sale.proof_wanted then sale.calm = calm_joins(k.flow, tonumber(f[2])) end
-- Those whose order is being drawn are before everybody who joins now.
sale.waiting = redis.call('ZCARD', k.queue) + (phase == 'drawing' and unplaced(k.flow, k.queue, k.lobby) or 0)

local nothing = {}
local function join(visitor, generation, e)
  local earlier = e.key and join_of_key(k, e.key)
  if earlier then
    if earlier.body ~= e.body then return { 'idempotency_conflict', 0, 0, 0, 0, visitor, 0 } end
    local row = place_of(k, sale, earlier.visitor) or { ended_place(k, earlier.visitor), earlier.seq, 0, 0, 0, earlier.visitor, 0 }
    row[7], row[8] = earlier.at, earlier.seq
    return row
  end
  if generation ~= '0' and generation ~= sale.generation then return { 'another_generation', 0, 0, 0, 0, visitor, 0 } end
  local row = place_of(k, sale, visitor)
  if row then return row end
  if sale.for_members and e.settings and e.settings ~= sale.version then return { 'settings_changed', 0, 0, 0, 0, visitor, 0 } end
  if not sale.for_members or not e.member or e.member == visitor then return new_place(k, sale, visitor, generation ~= '0', e) end
  return place_of(k, sale, e.member) or new_place(k, sale, e.member, false, e)
end

local places = {}
for i = 1, #ARGV / 3 do
  local entrance = ARGV[3 * i]
  places[i] = join(ARGV[3 * i - 2], ARGV[3 * i - 1], entrance == '' and nothing or cjson.decode(entrance))
end
if sale.asked > 0 and f[8] == 'auto' then redis.call('HINCRBY', k.flow, 'joinsAsked', sale.asked) end
local flow = redis.call('HMGET', k.flow, 'pace', 'event', 'chances')
return { { string.format('%.0f', now), sale.generation, status, f[2], flow[1] or '0', sale.waiting, flow[2] or '0', f[5] or '', flow[3] or '' }, places }
