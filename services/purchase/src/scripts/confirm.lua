#!lua flags=allow-oom
-- confirm: the payment came: a living hold becomes a purchase; asked again, the same purchase. The shop may confirm in the place of the visitor.
-- KEYS    1 flow   2 active   3 sessions   4 ended   5 stock   6 purchases   7 receipts   8 bought   9 idempotency   10 holds   11 hold-data
--         12 events   13 sale   14 passes   15 stays   16 tickets   17 audit-log   18 orders   19 order-words
-- ARGV    1 visitor, or '' for the shop   2 hold   3 purchase id   4 name of the shop key or ''   5 by   6 reference of the shop or ''
--         7 generation in the visitor's token, '' for any
-- Returns {"purchased"|"replayed", JSON} | {"hold_not_found"|"confirm_by_shop"|"sale_is_gate", ""} | {} when there is no sale
-- Keeps   I1, I2, I7, I8, I9, I11 a token of another generation of the sale is not valid for this one
-- include: clock
-- include: traces
-- include: emit
-- include: pass
-- include: shop
-- include: sell
-- include: not-here
-- include: audit-log
-- include: shop-key
local k = { flow = KEYS[1], active = KEYS[2], sessions = KEYS[3], ended = KEYS[4], stock = KEYS[5], purchases = KEYS[6], receipts = KEYS[7],
  bought = KEYS[8], idempotency = KEYS[9], holds = KEYS[10], hold_data = KEYS[11], events = KEYS[12], passes = KEYS[14], stays = KEYS[15],
  tickets = KEYS[16], orders = KEYS[18], order_words = KEYS[19], trace = traces[1], by = ARGV[4] ~= '' and ARGV[4] or nil }
if redis.call('EXISTS', KEYS[13]) == 0 then return {} end
local visitor, hold = ARGV[1], ARGV[2]
local refusal, generation = not_here(KEYS[13], visitor ~= '')
local none = { refusal or 'hold_not_found', '' }
if is_earlier(ARGV[7], generation) then return none end
local data = redis.call('HGET', k.hold_data, hold)
-- The shop names the hold alone; whose it was is kept, so that it gets the same purchase when it asks again.
local of_hold = ' confirmed|' .. hold
if visitor == '' then visitor = data and cjson.decode(data).visitor or redis.call('HGET', k.idempotency, of_hold) end
if not visitor then return none end
-- What the shop confirmed is its answer, not the visitor's.
if refusal and redis.call('HEXISTS', k.idempotency, of_hold) == 1 then return none end
-- A space cannot be in a client's key, so this entry cannot be one.
local own = 'confirm ' .. hold
local outcome, json = recall(k, visitor, own, 'confirm')
if outcome == 'purchased' then return { 'replayed', json } end
-- After the answer of before: who may confirm can have changed since.
if refusal then return none end
local expires = tonumber(redis.call('ZSCORE', k.holds, hold) or nil)
local deadline = tonumber(redis.call('ZSCORE', k.active, visitor) or nil)
if not data or not expires or expires <= now or not deadline or deadline <= now then return none end
data = cjson.decode(data)
if data.visitor ~= visitor then return none end
json = sell(k, visitor, data.quantity, ARGV[3], 'held', { hold = hold, seq = data.seq, reference = ARGV[6] ~= '' and ARGV[6] or nil })
redis.call('ZREM', k.holds, hold)
redis.call('HDEL', k.hold_data, hold)
remember(k, visitor, own, 'confirm', 'purchased', json)
if ARGV[1] == '' then redis.call('HSET', k.idempotency, of_hold, visitor) end
shop_key_used(k.flow, KEYS[17], ARGV[4], ARGV[5])
return { 'purchased', json }
