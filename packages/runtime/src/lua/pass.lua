-- pass_of: the pass of a visitor's stay, and what is known of it; nil when the stay has none.
local function pass_of(k, visitor)
  local pass = redis.call('HGET', k.stays, visitor)
  if pass then return pass, cjson.decode(redis.call('HGET', k.passes, pass)) end
  return nil
end
-- close_pass: the stay is over, and its ticket with it. done: what the shop said of the end, for a stay that it completed. The caller emits the event.
local function close_pass(k, visitor, done)
  local pass, data = pass_of(k, visitor)
  if not pass then return end
  if data.ticket then redis.call('HDEL', k.tickets, data.ticket); data.ticket = nil end
  for name, value in pairs(done or {}) do data[name] = value end
  redis.call('HSET', k.passes, pass, cjson.encode(data))
  redis.call('HDEL', k.stays, visitor)
end
