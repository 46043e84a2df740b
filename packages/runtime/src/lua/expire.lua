-- expire_visitor: ends a stay whose deadline has passed: hold first, then the slot, and the use of its code. k names the keys it needs.
local function expire_visitor(k, visitor)
  local hold = redis.call('HGET', k.sessions, visitor)
  local reason = hold and 'session_over' or 'claim_missed'
  if hold and hold ~= '' and redis.call('HEXISTS', k.hold_data, hold) == 1 then release_hold(k, hold, 'session_over') end
  emit(k.flow, k.events, 'expired', { visitor = visitor, reason = reason })
  redis.call('ZREM', k.active, visitor)
  redis.call('HDEL', k.sessions, visitor)
  redis.call('HSET', k.ended, visitor, reason)
  close_pass(k, visitor)
  give_back_code(k, visitor)
  redis.call('HINCRBY', k.flow, 'expired', 1)
  if reason == 'claim_missed' then redis.call('HINCRBY', k.flow, 'claimMissed', 1) end
  return reason
end
