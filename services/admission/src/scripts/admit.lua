#!lua flags=allow-oom
-- admit: admits the first visitors of the line: min(bucket, activeLimit - active, stock left, waiting, cap), strictly by seq.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 events   7 lobby   8 departed bitmap   9 code-uses   10 code-holders
-- ARGV    1 epoch   2 cap   3 "1" on the first call of a tick, which fills the bucket
-- Returns {"admitted", n, waiting, active, bucket, status} | {"fenced", epoch} | {"no_sale"}
-- Keeps   I2, I3 a prefix by seq, I5 bucket and epoch inside the script, I6 inside cap, I9, I12
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: lobby
-- include: bucket
-- include: normal-joins
-- include: proof-level
local epoch = tonumber(redis.call('HGET', KEYS[2], 'epoch') or 0)
if epoch ~= tonumber(ARGV[1]) then return { 'fenced', epoch } end
local status, phase = status_of(KEYS[1])
if not status then return { 'no_sale' } end
local sale = redis.call('HMGET', KEYS[1], 'admitPerSecond', 'activeLimit', 'claimSeconds', 'status', 'kind', 'proofOfWork')
if sale[4] ~= status then
  move({ sale = KEYS[1], flow = KEYS[2], events = KEYS[6], queue = KEYS[3], lobby = KEYS[7], departed = KEYS[8],
    code_uses = KEYS[9], code_holders = KEYS[10] }, status)
end
local rate = tonumber(sale[1])
-- A further call of a tick delayed by more than a tick counts as a tick of its own: it must not spend the saved level and refill after it.
local first = ARGV[3] == '1' or now - tonumber(redis.call('HGET', KEYS[2], 'refilledAt') or 0) > limits.tickMs
local bucket = redis.call('HMGET', KEYS[2], 'tokens', 'countedMs')
local tokens, elapsed, counted = tonumber(bucket[1] or 0), 0, tonumber(bucket[2] or 0)
if first then tokens, elapsed, counted = refill(KEYS[2], rate) end
local waiting, active = redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4])
local left = sale[5] == 'gate' and math.huge or tonumber(redis.call('HGET', KEYS[5], 'left') or 0)
local flow = redis.call('HMGET', KEYS[2], 'frontier', 'admitted', 'seq', 'pace', 'tickAdmitted', 'tickWaiting', 'ticked')
local frontier, admitted = tonumber(flow[1] or 0), tonumber(flow[2] or 0)
-- 1e-6 compensates the rounding of fractional rates.
local n = status == 'open' and math.max(0, math.floor(math.min(tokens + 1e-6, tonumber(sale[2]) - active, left, waiting, tonumber(ARGV[2])))) or 0

local visitors = n > 0 and redis.call('ZRANGE', KEYS[3], 0, n - 1) or {}
if n > 0 then
  local deadline = string.format('%.0f', now + tonumber(sale[3]) * 1000)
  frontier = tonumber(redis.call('ZSCORE', KEYS[3], visitors[n]))
  waiting, active = waiting - n, active + n
  emit(KEYS[2], KEYS[6], 'admitted', { through = frontier, untilMs = tonumber(deadline), visitors = visitors, waiting = waiting, active = active, epoch = epoch,
    bucket = { level = tokens, elapsedMs = elapsed * 1000, countedMs = counted } })
  local places = {}
  for i, visitor in ipairs(visitors) do places[2 * i - 1] = deadline; places[2 * i] = visitor end
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, n - 1)
  redis.call('ZADD', KEYS[4], unpack(places))
end
local fields = { 'tokens', string.format('%.9f', math.max(0, tokens - n)), 'countedMs', string.format('%.0f', counted), 'frontier', string.format('%.0f', frontier), 'admitted', string.format('%.0f', admitted + n) }

if first then
  if sale[6] == 'auto' then rate_joins(KEYS[2], rate) end
  -- The observed pace: a moving average over about `paceSeconds` (longer for slow sales), only of ticks after which visitors still waited.
  local pace = tonumber(flow[4] or rate)
  if elapsed > 0 and status == 'open' and flow[6] == '1' then
    local seen = (admitted - tonumber(flow[5] or 0)) / elapsed
    pace = pace + (1 - math.exp(-elapsed / math.max(limits.paceSeconds, 5 / rate))) * (seen - pace)
  end
  local lobby = phase ~= '' and unplaced(KEYS[2], KEYS[3], KEYS[7]) or nil
  local ticked = string.format('%s:%.0f:%d:%d:%s:%d', flow[3] or '0', frontier, waiting, active, status, lobby or 0)
  if ticked ~= flow[7] then
    emit(KEYS[2], KEYS[6], 'tick', { lastSeq = tonumber(flow[3] or 0), frontier = frontier, waiting = waiting, active = active, pace = pace, lobby = lobby })
  end
  for _, value in ipairs({ 'pace', string.format('%.9f', pace), 'tickAdmitted', string.format('%.0f', admitted),
    'tickWaiting', waiting > 0 and '1' or '0', 'ticked', ticked, 'tickAt', string.format('%.0f', now), 'refilledAt', string.format('%.0f', now) }) do
    fields[#fields + 1] = value
  end
end
redis.call('HSET', KEYS[2], unpack(fields))
return { 'admitted', n, waiting, active, string.format('%.6f', tokens - n), status }
