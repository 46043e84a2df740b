#!lua flags=allow-oom
-- lead: leader election of a sale. SET PX when the lease is free; a new leader gets a new epoch in the same step; a repeated call renews the lease. A sale
--         that is scheduled, or closed without active visitors and holds, needs no leader: it costs this one call. A closed rehearsal waits for its deletion.
-- KEYS    1 leader string   2 flow   3 sale   4 active   5 holds
-- ARGV    1 instance
-- Returns {"leader", epoch} | {"follower", ms until the lease ends} | {"scheduled", ms until it opens, or is deleted, or -1} | {"idle", 0} | {"over", 0} | {"no_sale", 0}
-- Keeps   I5: the lease only reduces duplicate work; safety is the epoch inside admit
-- include: clock
-- include: status
local status, phase = status_of(KEYS[3])
if not status then return { 'no_sale', 0 } end
local stored = redis.call('HMGET', KEYS[3], 'status', phase == 'ahead' and 'lobbyOpensAt' or 'opensAt', 'rehearsalUntil')
local rehearsal_until = tonumber(stored[3] or '')
if rehearsal_until and rehearsal_until <= now then return { 'over', 0 } end
if stored[1] == status and redis.call('ZCARD', KEYS[4]) + redis.call('ZCARD', KEYS[5]) == 0 then
  if status == 'closed' and rehearsal_until then return { 'scheduled', rehearsal_until - now } end
  if status == 'closed' then return { 'idle', 0 } end
  if status == 'scheduled' then return { 'scheduled', stored[2] and stored[2] ~= '' and tonumber(stored[2]) - now or -1 } end
end
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], limits.leaseMs)
  return { 'leader', tonumber(redis.call('HGET', KEYS[2], 'epoch')) }
end
local left = owner and redis.call('PTTL', KEYS[1]) or -2
-- A lease longer than 3 s, or without an end, is none: the clock of Redis went back, and its owner may be gone.
if left >= 0 and left <= limits.leaseMs then return { 'follower', left } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', limits.leaseMs)
return { 'leader', redis.call('HINCRBY', KEYS[2], 'epoch', 1) }
