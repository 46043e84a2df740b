-- set_pace: the bucket is settled by the old pace before a new one counts, and the observed pace begins with it. old: number; new: text, as it is kept.
local function set_pace(flow_key, old, new)
  local level, _, counted = refill(flow_key, old)
  local tokens = math.min(level, math.max(1, tonumber(new)))
  redis.call('HSET', flow_key, 'tokens', string.format('%.9f', tokens), 'countedMs', string.format('%.0f', counted), 'refilledAt', string.format('%.0f', now),
    'pace', new)
end
