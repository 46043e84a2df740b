#!lua flags=no-writes
-- read-roster: one page of the frozen roster.
-- KEYS    1 sale   2 roster
-- ARGV    1 root   2 page
-- Returns {"page", entries} | {"none"} | {"no_sale"}
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'drawRoot')
if not sale[1] then return { 'no_sale' } end
local entries = sale[2] == ARGV[1] and redis.call('HGET', KEYS[2], ARGV[2])
return entries and { 'page', entries } or { 'none' }
