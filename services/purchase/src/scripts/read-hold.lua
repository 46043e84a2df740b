#!lua flags=no-writes
-- read-hold: the living hold of one visitor, for a page that was loaded again.
-- KEYS    1 sale   2 sessions   3 holds   4 hold-data
-- ARGV    1 visitor
-- Returns {JSON} | {} | false when there is no sale
-- Keeps   I11 only the visitor's own, I12
-- include: clock
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local hold = redis.call('HGET', KEYS[2], ARGV[1])
if not hold or hold == '' then return {} end
if tonumber(redis.call('ZSCORE', KEYS[3], hold) or 0) <= now then return {} end
return { redis.call('HGET', KEYS[4], hold) }
