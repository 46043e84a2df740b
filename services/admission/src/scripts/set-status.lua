#!lua flags=allow-oom
-- set-status: the operator's verbs, as in packages/contracts/src/sale-status.ts.
-- KEYS    1 sale   2 flow   3 events   4 audit-log
-- ARGV    1 by   2 open | pause | resume | close   3 reason, '' for an operator's action
-- Returns {"changed"|"unchanged"|"invalid", status} | {"no_sale", ""}
-- Keeps   I9; a repeated verb changes nothing
-- include: clock
-- include: status
-- include: emit
-- include: audit-log
local from = status_of(KEYS[1])
if not from then return { 'no_sale', '' } end
local moves = {
  open = { scheduled = 'open', closed = 'open', open = 'open' },
  pause = { open = 'paused', paused = 'paused' },
  resume = { paused = 'open', open = 'open' },
  close = { scheduled = 'closed', open = 'closed', paused = 'closed', closed = 'closed' },
}
local to = moves[ARGV[2]][from]
if not to then return { 'invalid', from } end
local stored = redis.call('HMGET', KEYS[1], 'status', 'closesAt', 'version')
if to == from and stored[1] == to then return { 'unchanged', to } end
local version = tonumber(stored[3]) + 1
local past = { open = 'opened', pause = 'paused', resume = 'resumed', close = 'closed' }
emit(KEYS[2], KEYS[3], 'sale', { change = past[ARGV[2]], version = version, status = to })
redis.call('HSET', KEYS[1], 'status', to, 'version', version)
audit_log(KEYS[4], ARGV[2], ARGV[1], { from = from, why = ARGV[3] ~= '' and ARGV[3] or nil })
-- A closing time that has passed would close the reopened sale at once.
if to == 'open' and stored[2] and stored[2] ~= '' and tonumber(stored[2]) <= now then redis.call('HSET', KEYS[1], 'closesAt', '') end
return { 'changed', to }
