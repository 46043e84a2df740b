#!lua flags=allow-oom
-- lead: leader election of a sale. SET PX when the lease is free; a new leader gets a new epoch in the same step; a repeated call renews the lease. A sale
--         that is scheduled, or closed without active visitors, holds and answers to forget, needs no leader: it costs this one call. A closed rehearsal waits for its deletion.
-- KEYS    1 leader string   2 flow   3 sale   4 active   5 holds   6 planned   7 replays
-- ARGV    1 instance
-- Returns {"leader", epoch, 1 with planned changes that are due} | {"follower", ms until the lease ends, 0}
--         | {"scheduled", ms until it opens, is deleted or a change is due, or -1, 0} | {"idle" | "over" (a rehearsal) | "no_sale", 0, 0}
-- Keeps   I5: the lease only reduces duplicate work; safety is the epoch inside admit
-- include: clock
-- include: status
local status, phase = status_of(KEYS[3])
if not status then return { 'no_sale', 0, 0 } end
local stored = redis.call('HMGET', KEYS[3], 'status', phase == 'ahead' and 'lobbyOpensAt' or 'opensAt', 'rehearsalUntil')
local rehearsal_until = tonumber(stored[3] or '')
if rehearsal_until and rehearsal_until <= now then return { 'over', 0, 0 } end
if status == 'closed' then redis.call('UNLINK', KEYS[6]) end
local next_planned = redis.call('ZRANGE', KEYS[6], 0, 0, 'WITHSCORES')[2]
local in_ms = next_planned and tonumber(next_planned) - now or math.huge
local due = in_ms <= 0 and 1 or 0
if stored[1] == status and redis.call('ZCARD', KEYS[4]) + redis.call('ZCARD', KEYS[5]) + redis.call('ZCARD', KEYS[7]) == 0 then
  if status == 'closed' and rehearsal_until then return { 'scheduled', rehearsal_until - now, 0 } end
  if status == 'closed' then return { 'idle', 0, 0 } end
  if status == 'scheduled' and due == 0 then
    if stored[2] and stored[2] ~= '' then in_ms = math.min(in_ms, tonumber(stored[2]) - now) end
    return { 'scheduled', in_ms < math.huge and in_ms or -1, 0 }
  end
end
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], limits.leaseMs)
  return { 'leader', tonumber(redis.call('HGET', KEYS[2], 'epoch')), due }
end
local left = owner and redis.call('PTTL', KEYS[1]) or -2
-- A lease longer than 3 s, or without an end, is none: the clock of Redis went back, and its owner may be gone.
if left >= 0 and left <= limits.leaseMs then return { 'follower', left, 0 } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', limits.leaseMs)
return { 'leader', redis.call('HINCRBY', KEYS[2], 'epoch', 1), due }
