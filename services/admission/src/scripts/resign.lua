#!lua flags=allow-oom
-- resign: a stopping instance releases its lease, so that the next one need not wait for its end.
-- KEYS    1 leader string
-- ARGV    1 instance
-- Returns 1 given back | 0 not the leader
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
