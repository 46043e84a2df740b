-- shop: parts shared by purchase and hold. k names the keys.
-- recall: the recorded answer of this visitor's key. nil | outcome, JSON | "idempotency_conflict".
local function recall(k, visitor, key, fingerprint)
  local past = redis.call('HGET', k.idempotency, visitor .. '|' .. key)
  if not past then return nil end
  local print_, outcome, json = string.match(past, '^([^|]*)|([^|]*)|(.*)$')
  if print_ ~= fingerprint then return 'idempotency_conflict', '' end
  return outcome, json
end
-- remember: records an answer under its key.
local function remember(k, visitor, key, fingerprint, outcome, json)
  redis.call('HSET', k.idempotency, visitor .. '|' .. key, fingerprint .. '|' .. outcome .. '|' .. json)
end
-- count_of: number of recorded refusals or holds of this stay: what "#refusals" or "#held". The field holds "<deadline>|<count>", so that a new stay begins
-- at 0. An instance of an earlier version counts holds as "#holds", a number over all stays.
local function count_of(k, visitor, what)
  local deadline = redis.call('ZSCORE', k.active, visitor) or ''
  local of, count = string.match(redis.call('HGET', k.idempotency, visitor .. what) or '', '^([^|]*)|(%d+)$')
  return of == deadline and tonumber(count) or 0, deadline
end
-- count_one: counts one more of them.
local function count_one(k, visitor, what)
  local count, deadline = count_of(k, visitor, what)
  redis.call('HSET', k.idempotency, visitor .. what, deadline .. '|' .. (count + 1))
end
-- too_many: every answer to an active visitor is recorded, so that a key always gets the same one. Beyond this many a window, further keys are refused
-- without a check, so that one visitor cannot fill the memory.
local function too_many(k, visitor, what, most)
  local count, deadline = count_of(k, visitor, what)
  return count >= most and tonumber(deadline) > now
end
-- remember_refusal: records a refusal, so that the same key gets the same one.
local function remember_refusal(k, visitor, key, fingerprint, why)
  count_one(k, visitor, '#refusals')
  remember(k, visitor, key, fingerprint, why, '')
end
-- may_buy: nil, or the reason of a refusal. An own hold that has expired counts as gone: it is released here, completely, swept or not.
local function may_buy(k, visitor, quantity)
  local deadline = tonumber(redis.call('ZSCORE', k.active, visitor) or nil)
  if not deadline or deadline <= now then return 'not_admitted' end
  local limit = tonumber(redis.call('HGET', k.sale, 'perVisitorLimit'))
  if tonumber(redis.call('HGET', k.bought, visitor) or 0) + quantity > limit then return 'limit_exceeded' end
  local hold = redis.call('HGET', k.sessions, visitor)
  if hold and hold ~= '' then
    if tonumber(redis.call('ZSCORE', k.holds, hold) or 0) > now then return 'limit_exceeded' end
    if redis.call('HEXISTS', k.hold_data, hold) == 1 then release_hold(k, hold, 'hold_over') end
    redis.call('HSET', k.sessions, visitor, '')
  end
  local stock = redis.call('HMGET', k.stock, 'left', 'held')
  if tonumber(stock[1]) >= quantity then return nil, deadline end
  return tonumber(stock[1]) == 0 and tonumber(stock[2]) == 0 and 'sold_out' or 'insufficient_stock'
end
