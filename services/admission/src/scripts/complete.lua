#!lua flags=allow-oom
-- complete: the shop ends a stay: its slot is free, its hold goes back. Again: the same answer; another outcome is refused.
-- KEYS    1 sale   2 flow   3 active   4 sessions   5 ended   6 events   7 passes   8 stays   9 tickets   10 holds   11 hold-data   12 stock
--         13 audit-log   14 bought   15 code-uses   16 code-holders
-- ARGV    1 pass id   2 outcome   3 reference or ''   4 quantity or ''   5 name of the shop key   6 by
-- Returns {"completed"|"replayed", completed ms} | {"pass_not_found"|"already_completed"|"pass_ended"|"hold_not_confirmed"}
-- Keeps   I1, I2, I7, I9, P4
-- include: clock
-- include: traces
-- include: emit
-- include: release
-- include: pass
-- include: code-use
-- include: stay
-- include: audit-log
-- include: shop-key
local k = { flow = KEYS[2], active = KEYS[3], sessions = KEYS[4], events = KEYS[6], passes = KEYS[7], stays = KEYS[8], tickets = KEYS[9],
  holds = KEYS[10], hold_data = KEYS[11], stock = KEYS[12], bought = KEYS[14], code_uses = KEYS[15], code_holders = KEYS[16], trace = traces[1] }
local pass, outcome = ARGV[1], ARGV[2]
local data, deadline = stay_of(k, pass)
if not data or not data.liveAt then return { 'pass_not_found' } end
if data.completedAt then return data.outcome == outcome and { 'replayed', data.completedAt } or { 'already_completed' } end
if not deadline then return { 'pass_ended' } end
if outcome == 'purchased' and redis.call('HGET', KEYS[1], 'confirmBy') == 'shop' then return { 'hold_not_confirmed' } end

local visitor = data.visitor
local hold = redis.call('HGET', k.sessions, visitor)
if hold and hold ~= '' and redis.call('HEXISTS', k.hold_data, hold) == 1 then release_hold(k, hold, 'completed') end
local done = { completedAt = now, outcome = outcome, reference = ARGV[3] ~= '' and ARGV[3] or nil, quantity = tonumber(ARGV[4]) }
emit(k.flow, k.events, 'completed', { visitor = visitor, passId = pass, outcome = outcome, reference = done.reference, quantity = done.quantity, by = ARGV[5] },
  k.trace)
redis.call('ZREM', k.active, visitor)
redis.call('HDEL', k.sessions, visitor)
redis.call('HSET', KEYS[5], visitor, 'completed_' .. outcome)
redis.call('HINCRBY', k.flow, outcome == 'purchased' and 'completed' or 'abandoned', 1)
close_pass(k, visitor, done)
if outcome == 'purchased' then keep_code(k, visitor) else give_back_code(k, visitor) end
shop_key_used(k.flow, KEYS[13], ARGV[5], ARGV[6])
return { 'completed', now }
