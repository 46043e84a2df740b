#!lua flags=allow-oom
-- confirm: turns a living hold into a purchase after the payment; a repeated confirm returns the same purchase.
-- KEYS    1 flow   2 active   3 sessions   4 ended   5 stock   6 purchases   7 receipts   8 bought   9 idempotency   10 holds   11 hold-data
--         12 events   13 sale
-- ARGV    1 visitor   2 hold   3 purchase id
-- Returns {"purchased"|"replayed", JSON} | {"hold_not_found", ""} | {} when there is no sale
-- Keeps   I1, I2, I7, I8, I9
-- include: clock
-- include: traces
-- include: emit
-- include: shop
local k = { flow = KEYS[1], active = KEYS[2], sessions = KEYS[3], ended = KEYS[4], stock = KEYS[5], purchases = KEYS[6], receipts = KEYS[7],
  bought = KEYS[8], idempotency = KEYS[9], holds = KEYS[10], hold_data = KEYS[11], events = KEYS[12], trace = traces[1] }
if redis.call('EXISTS', KEYS[13]) == 0 then return {} end
local visitor, hold = ARGV[1], ARGV[2]
-- A space cannot occur in a client's key, which separates this entry from those of clients.
local own = 'confirm ' .. hold
local outcome, json = recall(k, visitor, own, 'confirm')
if outcome == 'purchased' then return { 'replayed', json } end
local data = redis.call('HGET', k.hold_data, hold)
local expires = tonumber(redis.call('ZSCORE', k.holds, hold) or nil)
local deadline = tonumber(redis.call('ZSCORE', k.active, visitor) or nil)
if not data or not expires or expires <= now or not deadline or deadline <= now then return { 'hold_not_found', '' } end
data = cjson.decode(data)
if data.visitor ~= visitor then return { 'hold_not_found', '' } end
json = sell(k, visitor, data.quantity, ARGV[3], 'held', hold)
redis.call('ZREM', k.holds, hold)
redis.call('HDEL', k.hold_data, hold)
remember(k, visitor, own, 'confirm', 'purchased', json)
return { 'purchased', json }
