#!lua flags=allow-oom
-- extend: a stay in the shop gets a whole session from now; the same key gets the same answer.
-- KEYS    1 sale   2 flow   3 active   4 events   5 passes   6 stays   7 audit-log
-- ARGV    1 pass id   2 key or ''   3 id of the key that signs   4 name of the shop key   5 by   6 maxExtensions of a sale that has none
-- Returns {"extended"|"replayed", visitor, exp s, issued s, key id} | {"pass_not_found"|"already_completed"|"pass_ended"|"sale_not_open"|"limit_exceeded"}
-- Keeps   I9, P3, P4
-- include: clock
-- include: traces
-- include: status
-- include: emit
-- include: stay
-- include: sign
-- include: audit-log
-- include: shop-key
local k = { active = KEYS[3], passes = KEYS[5], stays = KEYS[6] }
local pass, key = ARGV[1], ARGV[2]
local data, deadline = stay_of(k, pass)
if not data or not data.liveAt then return { 'pass_not_found' } end
local before = key ~= '' and data.extended and data.extended[key]
if before then return { 'replayed', data.visitor, before.exp, before.iat, before.kid } end
if data.completedAt then return { 'already_completed' } end
if not deadline then return { 'pass_ended' } end
if status_of(KEYS[1]) == 'closed' then return { 'sale_not_open' } end
local sale = redis.call('HMGET', KEYS[1], 'sessionSeconds', 'maxExtensions')
if data.extensions >= tonumber(sale[2] or ARGV[6]) then return { 'limit_exceeded' } end

deadline = math.max(deadline, now + tonumber(sale[1]) * 1000)
emit(KEYS[2], KEYS[4], 'extended', { visitor = data.visitor, passId = pass, untilMs = deadline, by = ARGV[4] }, traces[1])
redis.call('ZADD', k.active, string.format('%.0f', deadline), data.visitor)
local given = { exp = math.floor(deadline / 1000), iat = math.floor(now / 1000), kid = ARGV[3] }
data.extensions = data.extensions + 1
if key ~= '' then
  data.extended = data.extended or {}
  data.extended[key] = given
end
signed(KEYS[2], data, given.exp)
redis.call('HSET', k.passes, pass, cjson.encode(data))
shop_key_used(KEYS[2], KEYS[7], ARGV[4], ARGV[5])
return { 'extended', data.visitor, given.exp, given.iat, given.kid }
