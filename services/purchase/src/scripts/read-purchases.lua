#!lua flags=no-writes
-- read-purchases: the purchases of one visitor, oldest first.
-- KEYS    1 sale   2 receipts   3 purchases
-- ARGV    1 visitor
-- Returns {JSON…} | false when there is no sale
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local found = {}
for i, id in ipairs(cjson.decode(redis.call('HGET', KEYS[2], ARGV[1]) or '[]')) do found[i] = redis.call('HGET', KEYS[3], id) end
return found
