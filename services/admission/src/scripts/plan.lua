#!lua
-- plan: keeps a change for later; once per key.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 planned   6 idempotency
-- ARGV    1 by   2 id   3 ms   4 planned change, JSON   5 key or ''   6 fingerprint
-- Returns {"planned" | "replayed" | "idempotency_conflict" | "past" | "too_many" | "closed" | "no_sale", JSON or ''}
-- include: clock
-- include: status
-- include: emit
-- include: audit-log
local status = status_of(KEYS[1])
if not status then return { 'no_sale', '' } end
local entry = '#plan:' .. ARGV[5]
if ARGV[5] ~= '' then
  local past = redis.call('HGET', KEYS[6], entry)
  if past then
    local first = cjson.decode(past)
    if first.fingerprint ~= ARGV[6] then return { 'idempotency_conflict', '' } end
    return { 'replayed', first.planned }
  end
end
if status == 'closed' then return { 'closed', '' } end
if tonumber(ARGV[3]) < now then return { 'past', '' } end
if redis.call('ZCARD', KEYS[5]) >= limits.plannedChanges then return { 'too_many', '' } end
-- Before the first write: a fault must leave nothing.
local change = cjson.decode(ARGV[4]).change
local version = tonumber(redis.call('HGET', KEYS[1], 'version')) + 1
emit(KEYS[2], KEYS[3], 'sale', { change = 'changed', version = version, status = status })
redis.call('HSET', KEYS[1], 'version', string.format('%.0f', version))
redis.call('ZADD', KEYS[5], ARGV[3], ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[6], entry, cjson.encode({ fingerprint = ARGV[6], planned = ARGV[4] })) end
audit_log(KEYS[4], 'plan', ARGV[1], { planned = ARGV[2], plannedAt = tonumber(ARGV[3]), change = change })
return { 'planned', ARGV[4] }
