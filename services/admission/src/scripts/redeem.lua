#!lua flags=allow-oom
-- redeem: changes a ticket into a pass, once; the same key gets the same answer for as long as a ticket is good.
-- KEYS    1 flow   2 active   3 sessions   4 passes   5 stays   6 tickets   7 holds   8 hold-data   9 audit-log   10 replays
-- ARGV    1 hash of the ticket   2 key or ''   3 id of the key that signs   4 name of the shop key or ''   5 by
-- Returns {"redeemed"|"replayed", pass id, visitor, exp s, issued s, key id, return address, hold JSON or ''} | {"ticket_not_found"}
-- Keeps   P1, P2 one step, P3; of the sale it says that a shop key was used, once
-- include: clock
-- include: pass
-- include: replays
-- include: stay
-- include: sign
-- include: audit-log
-- include: shop-key
local k = { active = KEYS[2], sessions = KEYS[3], passes = KEYS[4], stays = KEYS[5], tickets = KEYS[6], holds = KEYS[7], hold_data = KEYS[8],
  replays = KEYS[10] }
local hash, key = ARGV[1], ARGV[2]
local pass = redis.call('HGET', k.tickets, hash)
if not pass then return { 'ticket_not_found' } end
local data, deadline = stay_of(k, pass)
local function answer(word, given)
  return { word, pass, data.visitor, given.exp, given.iat, given.kid, given.returnUrl, given.hold or '' }
end
local given = data.redeemed and data.redeemed[hash]
if given then
  local age = now - given.at
  if key ~= '' and given.key == key and age >= 0 and age <= limits.ticketMs then return answer('replayed', given) end
  return { 'ticket_not_found' }
end
local age = now - (data.ticketAt or 0)
if data.ticket ~= hash or age > limits.ticketMs or age < 0 or not deadline then return { 'ticket_not_found' } end

given = { at = now, key = key, exp = math.floor(deadline / 1000), iat = math.floor(now / 1000), kid = ARGV[3], returnUrl = data.returnUrl,
  hold = living_hold(k, data.visitor) }
drop_redeemed(k, data)
data.ticket, data.returnUrl, data.liveAt = nil, nil, data.liveAt or now
if key ~= '' then
  data.redeemed = data.redeemed or {}
  data.redeemed[hash] = given
  redis.call('ZADD', k.replays, string.format('%.0f', now + limits.ticketMs + 1), pass)
else
  redis.call('HDEL', k.tickets, hash)
end
signed(KEYS[1], data, given.exp)
redis.call('HSET', k.passes, pass, cjson.encode(data))
drop_replays(k, limits.replaysPerRedemption)
shop_key_used(KEYS[1], KEYS[9], ARGV[4], ARGV[5])
return answer('redeemed', given)
