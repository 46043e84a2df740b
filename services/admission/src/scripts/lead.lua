#!lua flags=allow-oom
-- lead: who ticks this sale. SET PX when the lease is free; a new leader takes a new epoch in the same step; the leader renews by asking again.
-- KEYS    1 leader string   2 flow   3 sale
-- ARGV    1 instance   2 lease ms
-- Returns {"leader", epoch} | {"follower", ms until the lease ends} | {"no_sale", 0}
-- Keeps   I5: the lease only decides who bothers; safety is the epoch inside admit
if redis.call('EXISTS', KEYS[3]) == 0 then return { 'no_sale', 0 } end
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return { 'leader', tonumber(redis.call('HGET', KEYS[2], 'epoch')) }
end
local left = owner and redis.call('PTTL', KEYS[1]) or -2
-- A lease longer than a lease can be, or without an end, is none: the clock of Redis went back, and its owner may be gone.
if left >= 0 and left <= tonumber(ARGV[2]) then return { 'follower', left } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 'leader', redis.call('HINCRBY', KEYS[2], 'epoch', 1) }
