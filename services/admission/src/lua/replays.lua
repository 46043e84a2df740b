-- drop_replays: forgets what `cap` passes keep of redemptions that are replayed no more: a browser chooses how long the addresses in them are.
-- k: replays, passes, tickets.
local function drop_replays(k, cap)
  for _, pass in ipairs(redis.call('ZRANGEBYSCORE', k.replays, '-inf', string.format('%.0f', now), 'LIMIT', 0, cap)) do
    redis.call('ZREM', k.replays, pass)
    local json = redis.call('HGET', k.passes, pass)
    local data = json and cjson.decode(json)
    if data and data.redeemed then
      drop_redeemed(k, data)
      redis.call('HSET', k.passes, pass, cjson.encode(data))
    end
  end
end
