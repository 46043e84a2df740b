-- list_order: puts a purchase into the list of the sale, newest last, as its purchase number n, and under the words by which it is found: i and the
-- first six characters of its id, r and the shop's reference. A word ends with \1, which is in no reference, and n.
local function list_order(k, purchase, n, reference)
  local number = '\1' .. string.format('%010.0f', n)
  redis.call('RPUSH', k.orders, purchase)
  redis.call('ZADD', k.order_words, 0, 'i' .. string.sub(purchase, 1, 6) .. number)
  if reference then redis.call('ZADD', k.order_words, 0, 'r' .. reference .. number) end
end
-- sell: all changes of a purchase, its event first. from: "left" or "held". Ends the stay and frees the slot. more: hold, seq of the token, reference.
local function sell(k, visitor, quantity, purchase, from, more)
  emit(k.flow, k.events, 'purchased', { visitor = visitor, purchaseId = purchase, quantity = quantity, purchasedAtMs = now, holdId = more.hold, by = k.by }, k.trace)
  local n = redis.call('HINCRBY', k.flow, 'purchased', 1)
  local json = cjson.encode({ purchaseId = purchase, visitor = visitor, quantity = quantity, purchasedAtMs = now, n = n,
    seq = more.seq and more.seq > 0 and more.seq or nil, reference = more.reference })
  redis.call('HINCRBY', k.stock, from, -quantity)
  redis.call('HINCRBY', k.stock, 'sold', quantity)
  redis.call('HSET', k.purchases, purchase, json)
  list_order(k, purchase, n, more.reference)
  local receipts = cjson.decode(redis.call('HGET', k.receipts, visitor) or '[]')
  receipts[#receipts + 1] = purchase
  redis.call('HSET', k.receipts, visitor, cjson.encode(receipts))
  redis.call('HINCRBY', k.bought, visitor, quantity)
  -- A purchase within the claim window implies the claim.
  if redis.call('HEXISTS', k.sessions, visitor) == 0 then redis.call('HINCRBY', k.flow, 'claimed', 1) end
  redis.call('ZREM', k.active, visitor)
  redis.call('HDEL', k.sessions, visitor)
  if redis.call('HEXISTS', k.ended, visitor) == 1 then redis.call('HSET', k.ended, visitor, 'inside') end
  redis.call('HDEL', k.idempotency, visitor .. '#held', visitor .. '#holds')
  close_pass(k, visitor, { completedAt = now, outcome = 'purchased', quantity = quantity, reference = more.reference })
  return json
end
