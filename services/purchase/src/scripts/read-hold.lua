#!lua flags=no-writes
-- read-hold: the living hold of one visitor, for a page that was loaded again.
-- KEYS    1 sale   2 sessions   3 holds   4 hold-data
-- ARGV    1 visitor   2 generation in the token, '' for any
-- Returns {JSON} | {} | false when there is no sale
-- Keeps   I11 only the visitor's own, of this generation of the sale, I12
-- include: clock
local generation = redis.call('HGET', KEYS[1], 'createdAt')
if not generation then return false end
if ARGV[2] ~= '' and ARGV[2] ~= generation then return {} end
local hold = redis.call('HGET', KEYS[2], ARGV[1])
if not hold or hold == '' then return {} end
if tonumber(redis.call('ZSCORE', KEYS[3], hold) or 0) <= now then return {} end
return { redis.call('HGET', KEYS[4], hold) }
