#!lua
-- add-stock: more tickets; under one key only once.
-- KEYS    1 sale   2 stock   3 flow   4 events   5 idempotency
-- ARGV    1 tickets   2 key or ''
-- Returns "added" | "replayed" | "idempotency_conflict" | "no_sale"
-- Keeps   I1, I9
-- include: clock
-- include: status
-- include: emit
local status = status_of(KEYS[1])
if not status then return 'no_sale' end
-- A visitor's entry begins with a visitor id, never with a space.
local entry = ' stock|' .. ARGV[2]
if ARGV[2] ~= '' then
  local past = redis.call('HGET', KEYS[5], entry)
  if past then return past == ARGV[1] and 'replayed' or 'idempotency_conflict' end
end
local version = tonumber(redis.call('HGET', KEYS[1], 'version')) + 1
emit(KEYS[3], KEYS[4], 'sale', { change = 'stock_added', version = version, status = status })
redis.call('HSET', KEYS[1], 'version', version)
redis.call('HINCRBY', KEYS[2], 'total', ARGV[1])
redis.call('HINCRBY', KEYS[2], 'left', ARGV[1])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[5], entry, ARGV[1]) end
return 'added'
