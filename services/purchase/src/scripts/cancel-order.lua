#!lua flags=allow-oom
-- cancel-order: an operator cancels a purchase: its tickets go back to the line, or leave the sale. Again: the same answer.
-- KEYS    1 sale   2 flow   3 purchases   4 bought   5 stock   6 events   7 ended   8 queue   9 active   10 lobby   11 code-uses   12 code-holders
--         13 order-words   14 audit-log
-- ARGV    1 by   2 purchase   3 reason   4 restock 1|0
-- Returns {"cancelled"|"replayed"|"already_cancelled"|"already_checked_in", JSON} | {"order_not_found", ""} | {} when there is no sale
-- Keeps   I1, I2 one step, I9. With no order left, the visitor's limit, state and code are as if nothing was bought; a place of now stays.
-- include: clock
-- include: emit
-- include: code-use
-- include: audit-log
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local k = { flow = KEYS[2], bought = KEYS[4], stock = KEYS[5], code_uses = KEYS[11], code_holders = KEYS[12] }
local json = redis.call('HGET', KEYS[3], ARGV[2])
if not json then return { 'order_not_found', '' } end
local order, restock = cjson.decode(json), ARGV[4] == '1'
if order.cancelledAtMs then return { order.restock == restock and 'replayed' or 'already_cancelled', json } end
if order.checkedInAtMs then return { 'already_checked_in', json } end

local visitor, quantity = order.visitor, order.quantity
local rest = tonumber(redis.call('HGET', k.bought, visitor) or 0) - quantity
local is_here = redis.call('ZSCORE', KEYS[8], visitor) or redis.call('ZSCORE', KEYS[9], visitor) or tonumber(redis.call('ZSCORE', KEYS[10], visitor) or 0) > 0
local ended = redis.call('HGET', KEYS[7], visitor)
-- The state was `purchased`.
local leaves = rest <= 0 and not is_here and (not ended or ended == 'inside')
emit(k.flow, KEYS[6], 'cancelled', { visitor = visitor, purchaseId = order.purchaseId, quantity = quantity, purchasedAtMs = order.purchasedAtMs,
  restock = restock, left = leaves or nil })
order.cancelledAtMs, order.reason, order.restock = now, ARGV[3], restock
json = cjson.encode(order)
redis.call('HSET', KEYS[3], ARGV[2], json)
redis.call('HINCRBY', k.stock, 'sold', -quantity)
redis.call('HINCRBY', k.stock, restock and 'left' or 'total', restock and quantity or -quantity)
redis.call('HINCRBY', k.flow, 'cancelled', 1)
redis.call('HINCRBY', k.flow, 'cancelledTickets', quantity)
if rest > 0 then redis.call('HSET', k.bought, visitor, rest) else redis.call('HDEL', k.bought, visitor) end
if leaves then redis.call('HSET', KEYS[7], visitor, 'left') end
if not is_here then give_back_code(k, visitor) end
if order.n then redis.call('ZADD', KEYS[13], 0, 'c\1' .. string.format('%010.0f', order.n)) end
audit_log(KEYS[14], 'cancel_order', ARGV[1], { purchaseId = order.purchaseId, quantity = quantity, restock = restock, reason = ARGV[3] })
return { 'cancelled', json }
