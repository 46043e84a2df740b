#!lua
-- begin-codes: the time and the seed of one call that makes codes; the same for the same key.
-- KEYS    1 sale   2 idempotency   3 audit-log
-- ARGV    1 by   2 key or ''   3 fingerprint of the body   4 seed   5 detail for the audit log, JSON
-- Returns {"begun", ms, seed} | {"idempotency_conflict"} | {"no_sale"}
-- include: clock
-- include: audit-log
if redis.call('EXISTS', KEYS[1]) == 0 then return { 'no_sale' } end
-- A visitor's entry begins with a visitor id, never with a space.
local entry = ' codes|' .. ARGV[2]
local past = ARGV[2] ~= '' and redis.call('HGET', KEYS[2], entry)
if past then
  local fingerprint, at, seed = string.match(past, '^(%S+) (%S+) (%S+)$')
  return fingerprint == ARGV[3] and { 'begun', tonumber(at), seed } or { 'idempotency_conflict' }
end
-- Before the first write: a fault must leave nothing.
local detail = cjson.decode(ARGV[5])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[2], entry, string.format('%s %.0f %s', ARGV[3], now, ARGV[4])) end
audit_log(KEYS[3], 'make_codes', ARGV[1], detail)
return { 'begun', now, ARGV[4] }
