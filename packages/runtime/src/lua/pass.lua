-- pass_of: the pass of a visitor's stay, and what is known of it; nil when the stay has none.
local function pass_of(k, visitor)
  local pass = redis.call('HGET', k.stays, visitor)
  if pass then return pass, cjson.decode(redis.call('HGET', k.passes, pass)) end
  return nil
end
-- drop_redeemed: forgets the redemptions of a stay that are replayed no more: those without a key, and old ones. Their tickets are unknown from now on.
local function drop_redeemed(k, data)
  local kept = {}
  for used, given in pairs(data.redeemed or {}) do
    if given.key ~= '' and now - given.at <= limits.ticketMs then kept[used] = given else redis.call('HDEL', k.tickets, used) end
  end
  data.redeemed = next(kept) and kept or nil
end
-- close_pass: the stay is over, and its ticket with it; what is replayed for a moment more, replays.lua forgets. done: what the shop said of the end, for a stay that it completed. The caller emits the event.
local function close_pass(k, visitor, done)
  local pass, data = pass_of(k, visitor)
  if not pass then return end
  if data.ticket then redis.call('HDEL', k.tickets, data.ticket) end
  data.ticket, data.returnUrl = nil, nil
  drop_redeemed(k, data)
  for name, value in pairs(done or {}) do data[name] = value end
  redis.call('HSET', k.passes, pass, cjson.encode(data))
  redis.call('HDEL', k.stays, visitor)
end
