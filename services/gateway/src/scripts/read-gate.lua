#!lua flags=no-writes
-- read-gate: what a gateway that guards a shop needs to know of a sale.
-- KEYS    1 sale   2 flow
-- Returns {generation, returnUrls as JSON or '', number of the last event} | {}
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'returnUrls')
if not sale[1] then return {} end
return { sale[1], sale[2] or '', redis.call('HGET', KEYS[2], 'event') or '0' }
