#!lua flags=allow-oom
-- release: returns the held tickets to the stock; the visitor stays active and may buy.
-- KEYS    1 flow   2 sessions   3 stock   4 holds   5 hold-data   6 events   7 sale
-- ARGV    1 visitor, or '' for the shop   2 hold
-- Returns "released" | "hold_not_found" | "confirm_by_shop" | "sale_is_gate" | "no_sale"
-- Keeps   I1, I2, I9
-- include: clock
-- include: traces
-- include: emit
-- include: release
local k = { flow = KEYS[1], stock = KEYS[3], holds = KEYS[4], hold_data = KEYS[5], events = KEYS[6], trace = traces[1] }
if redis.call('EXISTS', KEYS[7]) == 0 then return 'no_sale' end
local sale = redis.call('HMGET', KEYS[7], 'kind', 'confirmBy')
if sale[1] == 'gate' then return 'sale_is_gate' end
if sale[2] == 'shop' and ARGV[1] ~= '' then return 'confirm_by_shop' end
local json = redis.call('HGET', k.hold_data, ARGV[2])
local visitor = json and cjson.decode(json).visitor
if not visitor or (ARGV[1] ~= '' and ARGV[1] ~= visitor) then return 'hold_not_found' end
release_hold(k, ARGV[2], 'released')
redis.call('HSET', KEYS[2], visitor, '')
return 'released'
