#!lua
-- make-transfer: a way for a visitor's place to another device; Redis knows its code by hash.
-- KEYS    1 sale   2 queue   3 active   4 lobby   5 transfers   6 transfer-ends   7 transfer-times
-- ARGV    1 visitor   2 number in the token   3 generation in the token   4 hash of the code
-- Returns {"made", ms of its end} | {"rate_limited", ms until the next} | {"member_required"} | {"not_in_queue"} | {"no_sale"}
-- include: clock
-- include: status
local status, phase, order = status_of(KEYS[1])
if not status then return { 'no_sale' } end
local visitor = ARGV[1]
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'identity')
if sale[1] ~= ARGV[3] then return { 'not_in_queue' } end
if sale[2] == 'member' then return { 'member_required' } end
-- Closed before the lobby got an order: the next script that writes ends every place.
local before = phase == 'ahead' or phase == 'drawing'
local ending = status == 'closed' and order == 'random' and before
local waits = not ending and (redis.call('ZSCORE', KEYS[2], visitor) or before and tonumber(redis.call('ZSCORE', KEYS[4], visitor) or 0) > 0)
if not waits and tonumber(redis.call('ZSCORE', KEYS[3], visitor) or 0) <= now then return { 'not_in_queue' } end

local times = {}
for ms in string.gmatch(redis.call('HGET', KEYS[7], visitor) or '', '%S+') do
  if tonumber(ms) > now - limits.transferWindowMs then times[#times + 1] = ms end
end
if #times >= limits.transfersPerWindow then return { 'rate_limited', tonumber(times[1]) + limits.transferWindowMs - now } end
times[#times + 1] = string.format('%.0f', now)
-- Four stale ones for the two new ones: they never pile up, and no call pays for many. The times of a visitor, with a space before the id, outlast the
-- place: who leaves and joins again has no more links.
for _, stale in ipairs(redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now, 'LIMIT', 0, 4)) do
  redis.call('ZREM', KEYS[6], stale)
  local gone = string.match(stale, '^ (.+)')
  redis.call('HDEL', gone and KEYS[7] or KEYS[5], gone or stale)
end
redis.call('HSET', KEYS[7], visitor, table.concat(times, ' '))
local untilMs = now + limits.transferMs
redis.call('HSET', KEYS[5], ARGV[4], visitor .. ' ' .. ARGV[2])
redis.call('ZADD', KEYS[6], string.format('%.0f', untilMs), ARGV[4], string.format('%.0f', now + limits.transferWindowMs), ' ' .. visitor)
return { 'made', untilMs }
