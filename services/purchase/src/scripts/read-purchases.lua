#!lua flags=no-writes
-- read-purchases: the purchases of one visitor, oldest first.
-- KEYS    1 sale   2 receipts   3 purchases
-- ARGV    1 visitor   2 generation in the token, '' for any
-- Returns {JSON…} | false when there is no sale
-- Keeps   I11 only the visitor's own, of this generation of the sale
local generation = redis.call('HGET', KEYS[1], 'createdAt')
if not generation then return false end
if ARGV[2] ~= '' and ARGV[2] ~= generation then return {} end
local found = {}
for i, id in ipairs(cjson.decode(redis.call('HGET', KEYS[2], ARGV[1]) or '[]')) do found[i] = redis.call('HGET', KEYS[3], id) end
return found
