-- release_hold: returns a hold's tickets to the stock, with its event. k.by: the name of the shop key, if one ends it. Precondition: the hold is in hold-data.
local function release_hold(k, hold, reason)
  local data = cjson.decode(redis.call('HGET', k.hold_data, hold))
  emit(k.flow, k.events, 'released', { visitor = data.visitor, holdId = hold, quantity = data.quantity,
    expiresAtMs = data.expiresAtMs, reason = reason, by = k.by }, k.trace)
  redis.call('HINCRBY', k.stock, 'held', -data.quantity)
  redis.call('HINCRBY', k.stock, 'left', data.quantity)
  redis.call('ZREM', k.holds, hold)
  redis.call('HDEL', k.hold_data, hold)
end
