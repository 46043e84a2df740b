-- emit: one event, numbered densely from 1 in its sale; its number is its stream id. The XADD is its first write.
local function emit(flow_key, events_key, kind, data, trace)
  local n = (tonumber(redis.call('HGET', flow_key, 'event')) or 0) + 1
  local id = string.format('%.0f-0', n)
  local fields = { 'type', kind, 'at', string.format('%.0f', now), 'data', cjson.encode(data) }
  if trace and trace ~= '' then fields[7] = 'trace'; fields[8] = trace end
  redis.call('XADD', events_key, 'MAXLEN', '~', '1000000', id, unpack(fields))
  redis.call('HSET', flow_key, 'event', string.format('%.0f', n))
end
