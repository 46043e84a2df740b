#!lua flags=allow-oom
-- resign: an instance that stops gives its lease back, so that the next one need not wait for it to end.
-- KEYS    1 leader string
-- ARGV    1 instance
-- Returns 1 given back | 0 not the leader
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
