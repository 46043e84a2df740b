-- signed: notes that a pass until `exp` (seconds) is given out. The sale cannot be deleted before the last of them is over.
local function signed(flow_key, data, exp)
  data.exp = exp
  redis.call('HSET', flow_key, 'passUntil', string.format('%.0f', math.max(exp, tonumber(redis.call('HGET', flow_key, 'passUntil') or 0))))
end
