#!lua
-- add-stock: adds tickets, or takes away what is left (a negative number); once per key.
-- KEYS    1 sale   2 stock   3 flow   4 events   5 idempotency   6 audit-log
-- ARGV    1 by   2 tickets   3 key or ''   4 expected version or ''
-- Returns "added" | "replayed" | "idempotency_conflict" | "conflict" | "too_many" | "insufficient_stock" | "sale_is_gate" | "no_sale"
-- Keeps   I1, I9
-- include: clock
-- include: status
-- include: emit
-- include: audit-log
local status = status_of(KEYS[1])
if not status then return 'no_sale' end
if redis.call('HGET', KEYS[1], 'kind') == 'gate' then return 'sale_is_gate' end
-- A visitor's entry begins with a visitor id, never with a space.
local entry = ' stock|' .. ARGV[3]
if ARGV[3] ~= '' then
  local past = redis.call('HGET', KEYS[5], entry)
  if past then return past == ARGV[2] and 'replayed' or 'idempotency_conflict' end
end
local version = tonumber(redis.call('HGET', KEYS[1], 'version')) + 1
if ARGV[4] ~= '' and tonumber(ARGV[4]) ~= version - 1 then return 'conflict' end
local stock = redis.call('HMGET', KEYS[2], 'total', 'left')
local add = tonumber(ARGV[2])
local total = tonumber(stock[1]) + add
if total > limits.stock then return 'too_many' end
if tonumber(stock[2]) + add < 0 then return 'insufficient_stock' end
emit(KEYS[3], KEYS[4], 'sale', { change = add < 0 and 'stock_removed' or 'stock_added', version = version, status = status, total = total })
redis.call('HSET', KEYS[1], 'version', version)
redis.call('HINCRBY', KEYS[2], 'total', ARGV[2])
redis.call('HINCRBY', KEYS[2], 'left', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[5], entry, ARGV[2]) end
audit_log(KEYS[6], 'add_stock', ARGV[1], { add = add, total = total })
return 'added'
