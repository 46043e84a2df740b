#!lua flags=allow-oom
-- hold: reserves tickets during a payment, never longer than the session; implies the claim.
-- KEYS    1 sale   2 flow   3 active   4 sessions   5 stock   6 bought   7 idempotency   8 holds   9 hold-data   10 events
-- ARGV    1 visitor   2 quantity   3 key   4 fingerprint   5 hold id   6 seq in the token or 0   7 generation in it or '' for any
-- Returns {"held"|"replayed", JSON} | {reason, "replayed"|""} | {} when there is no sale
-- Keeps   I1, I2, I8, I9, I11 a token of another generation of the sale is not valid for this one
-- include: clock
-- include: traces
-- include: emit
-- include: release
-- include: shop
-- include: not-here
local k = { sale = KEYS[1], flow = KEYS[2], active = KEYS[3], sessions = KEYS[4], stock = KEYS[5], bought = KEYS[6], idempotency = KEYS[7],
  holds = KEYS[8], hold_data = KEYS[9], events = KEYS[10], trace = traces[1] }
if redis.call('EXISTS', k.sale) == 0 then return {} end
local refusal, generation = not_here(k.sale, false)
if refusal then return { refusal, '' } end
if is_earlier(ARGV[7], generation) then return { 'not_admitted', '' } end
local visitor, quantity, key, fingerprint, hold = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local outcome, json = recall(k, visitor, key, fingerprint)
if outcome == 'held' then return { 'replayed', json } end
if outcome == 'idempotency_conflict' then return { outcome, '' } end
if outcome then return { outcome, 'replayed' } end
-- The answer of each hold is kept: repeated holds and releases would fill the memory.
if too_many(k, visitor, '#refusals', limits.refusalsPerStay) or too_many(k, visitor, '#held', limits.holdsPerStay) then return { 'rate_limited', '' } end
local why, deadline = may_buy(k, visitor, quantity)
if why then
  if why ~= 'not_admitted' then remember_refusal(k, visitor, key, fingerprint, why) end
  return { why, '' }
end

local settings = redis.call('HMGET', k.sale, 'sessionSeconds', 'holdSeconds')
local claimed = redis.call('HEXISTS', k.sessions, visitor) == 1
if not claimed then deadline = now + tonumber(settings[1]) * 1000 end
local expires = math.min(now + tonumber(settings[2]) * 1000, deadline)
if not claimed then
  emit(k.flow, k.events, 'claimed', { visitor = visitor, untilMs = deadline }, k.trace)
  redis.call('ZADD', k.active, string.format('%.0f', deadline), visitor)
  redis.call('HINCRBY', k.flow, 'claimed', 1)
end
emit(k.flow, k.events, 'held', { visitor = visitor, holdId = hold, quantity = quantity, expiresAtMs = expires }, k.trace)
local seq = tonumber(ARGV[6])
json = cjson.encode({ holdId = hold, visitor = visitor, quantity = quantity, expiresAtMs = expires, seq = seq > 0 and seq or nil })
redis.call('HINCRBY', k.stock, 'left', -quantity)
redis.call('HINCRBY', k.stock, 'held', quantity)
redis.call('ZADD', k.holds, string.format('%.0f', expires), hold)
redis.call('HSET', k.hold_data, hold, json)
redis.call('HSET', k.sessions, visitor, hold)
count_one(k, visitor, '#held')
remember(k, visitor, key, fingerprint, 'held', json)
return { 'held', json }
