#!lua
-- take-transfer: spends the code of a transfer, once; the place itself does not change.
-- KEYS    1 sale   2 transfers   3 transfer-ends
-- ARGV    1 hash of the code
-- Returns {"taken", visitor, number in the token} | {"code_invalid"} | {"member_required"} | {"no_sale"}
-- Keeps   E1 spent once, E4 the place stays that of the first device too
-- include: clock
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'identity')
if not sale[1] then return { 'no_sale' } end
if sale[2] == 'member' then return { 'member_required' } end
local text = redis.call('HGET', KEYS[2], ARGV[1])
local untilMs = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or 0)
if not text or untilMs <= now then return { 'code_invalid' } end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local visitor, seq = string.match(text, '^(%S+) (%d+)$')
return { 'taken', visitor, tonumber(seq) }
