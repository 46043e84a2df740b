#!lua flags=allow-oom
-- check-in: an order is used at the door, once; the same key gets the same answer, for one that was lost there.
-- KEYS    1 sale   2 flow   3 purchases   4 events   5 check-in-log
-- ARGV    1 by   2 purchase   3 key or ''
-- Returns {"checked_in"|"replayed"|"already_checked_in"|"order_cancelled", JSON} | {"order_not_found", ""} | {} when there is no sale
-- Keeps   I2 one step, I9
-- include: clock
-- include: emit
-- include: audit-log
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local json = redis.call('HGET', KEYS[3], ARGV[2])
if not json then return { 'order_not_found', '' } end
local order = cjson.decode(json)
if order.cancelledAtMs then return { 'order_cancelled', json } end
if order.checkedInAtMs then return { ARGV[3] ~= '' and order.checkedInKey == ARGV[3] and 'replayed' or 'already_checked_in', json } end
emit(KEYS[2], KEYS[4], 'checked_in', { visitor = order.visitor, purchaseId = order.purchaseId, checkedInAtMs = now, by = cjson.decode(ARGV[1]).operator })
order.checkedInAtMs, order.checkedInKey = now, ARGV[3] ~= '' and ARGV[3] or nil
json = cjson.encode(order)
redis.call('HSET', KEYS[3], ARGV[2], json)
audit_log(KEYS[5], 'check_in', ARGV[1], { purchaseId = order.purchaseId, quantity = order.quantity })
return { 'checked_in', json }
