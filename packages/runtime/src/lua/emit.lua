-- emit: one event, numbered densely from 1 in its sale; its number is its stream id. The XADD is its first write. Skips ids already
-- taken by an external XADD, so that the sale goes on.
local function emit(flow_key, events_key, kind, data, trace)
  local n = (tonumber(redis.call('HGET', flow_key, 'event')) or 0) + 1
  local fields = { 'type', kind, 'at', string.format('%.0f', now), 'data', cjson.encode(data) }
  if trace and trace ~= '' then fields[7] = 'trace'; fields[8] = trace end
  local added = redis.pcall('XADD', events_key, 'MAXLEN', '~', limits.streamEntries, string.format('%.0f-0', n), unpack(fields))
  if type(added) == 'table' then
    local last = redis.call('XREVRANGE', events_key, '+', '-', 'COUNT', 1)[1]
    if not last then return error(added.err) end
    n = tonumber(string.match(last[1], '^%d+')) + 1
    redis.call('XADD', events_key, string.format('%.0f-0', n), unpack(fields))
  end
  redis.call('HSET', flow_key, 'event', string.format('%.0f', n))
end
