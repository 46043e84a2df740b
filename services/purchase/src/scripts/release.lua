#!lua flags=allow-oom
-- release: returns the held tickets to the stock; the visitor stays active and may buy. Again: the same answer.
-- KEYS    1 flow   2 sessions   3 stock   4 holds   5 hold-data   6 events   7 sale   8 audit-log   9 idempotency
-- ARGV    1 visitor, or '' for the shop   2 hold   3 name of the shop key or ''   4 by
--         5 generation in the visitor's token, '' for any
-- Returns "released" | "replayed" | "hold_not_found" | "confirm_by_shop" | "sale_is_gate" | "no_sale"
-- Keeps   I1, I2, I9, I11 a token of another generation of the sale is not valid for this one
-- include: clock
-- include: traces
-- include: emit
-- include: release
-- include: not-here
-- include: audit-log
-- include: shop-key
local k = { flow = KEYS[1], stock = KEYS[3], holds = KEYS[4], hold_data = KEYS[5], events = KEYS[6], trace = traces[1],
  by = ARGV[3] ~= '' and ARGV[3] or nil }
if redis.call('EXISTS', KEYS[7]) == 0 then return 'no_sale' end
local refusal, generation = not_here(KEYS[7], ARGV[1] ~= '')
local none = refusal or 'hold_not_found'
if is_earlier(ARGV[5], generation) then return none end
-- Whose a hold was that is released, and "|" when the shop did it; there is none at the end of its time. One for each hold, which `hold` bounds.
local mark = ' released|' .. ARGV[2]
local json = redis.call('HGET', k.hold_data, ARGV[2])
local owner, by_shop = string.match(redis.call('HGET', KEYS[9], mark) or '', '^([^|]+)(|?)$')
local visitor = json and cjson.decode(json).visitor or owner
if not visitor or (ARGV[1] ~= '' and ARGV[1] ~= visitor) then return none end
if not json then return by_shop == '|' and refusal or 'replayed' end
if refusal then return refusal end
release_hold(k, ARGV[2], 'released')
redis.call('HSET', KEYS[2], visitor, '')
redis.call('HSET', KEYS[9], mark, visitor .. (ARGV[1] == '' and '|' or ''))
shop_key_used(k.flow, KEYS[8], ARGV[3], ARGV[4])
return 'released'
