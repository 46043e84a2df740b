#!lua flags=allow-oom
-- purchase: sells to active visitors, each item on its own; the same key always gets the same answer.
-- KEYS    1 sale   2 flow   3 active   4 sessions   5 ended   6 stock   7 purchases   8 receipts   9 bought   10 idempotency   11 events
--         12 holds   13 hold-data   14 passes   15 stays   16 tickets   17 orders   18 order-words
-- ARGV    per item: visitor, quantity, key, fingerprint, purchase id, seq in the token or 0, generation in the token or '' for any
-- Returns {{"purchased"|"replayed", JSON} | {reason, "replayed"|""}…} | {} when there is no sale
-- Keeps   I1 stock, I2 one step, I7 the slot is freed, I8 one purchase per admission, I9 one event, I11 a token of another
--         generation of the sale is not valid for this one
-- include: clock
-- include: traces
-- include: emit
-- include: release
-- include: pass
-- include: shop
-- include: sell
-- include: not-here
local k = { sale = KEYS[1], flow = KEYS[2], active = KEYS[3], sessions = KEYS[4], ended = KEYS[5], stock = KEYS[6], purchases = KEYS[7],
  receipts = KEYS[8], bought = KEYS[9], idempotency = KEYS[10], events = KEYS[11], holds = KEYS[12], hold_data = KEYS[13],
  passes = KEYS[14], stays = KEYS[15], tickets = KEYS[16], orders = KEYS[17],
  order_words = KEYS[18] }
if redis.call('EXISTS', k.sale) == 0 then return {} end
local refusal, generation = not_here(k.sale, true)

local function buy(visitor, quantity, key, fingerprint, purchase, seq, of)
  if is_earlier(of, generation) then return { refusal or 'not_admitted', '' } end
  local outcome, json = recall(k, visitor, key, fingerprint)
  if outcome == 'purchased' then return { 'replayed', json } end
  if outcome == 'idempotency_conflict' then return { outcome, '' } end
  if outcome then return { outcome, 'replayed' } end
  if refusal then return { refusal, '' } end
  if too_many(k, visitor, '#refusals', limits.refusalsPerStay) then return { 'rate_limited', '' } end
  local why = may_buy(k, visitor, quantity)
  if why then
    if why ~= 'not_admitted' then remember_refusal(k, visitor, key, fingerprint, why) end
    return { why, '' }
  end
  json = sell(k, visitor, quantity, purchase, 'left', { seq = seq })
  remember(k, visitor, key, fingerprint, 'purchased', json)
  return { 'purchased', json }
end

local answers = {}
for i = 1, #ARGV, 7 do
  k.trace = traces[#answers + 1]
  answers[#answers + 1] = buy(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], tonumber(ARGV[i + 5]), ARGV[i + 6])
end
return answers
