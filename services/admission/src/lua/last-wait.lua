-- last_wait: ms that the visitor admitted last has waited: since the first row of stats in which the number was given. The rows before it are never read again:
-- `waitRow` of flow is where the next look begins. A visitor whose row is gone has waited an hour.
local function last_wait(flow_key, samples_key, frontier)
  local from = redis.call('HGET', flow_key, 'waitRow') or '-'
  local found
  for _, count in ipairs({ 4, limits.samplesPerLook }) do
    for _, row in ipairs(redis.call('XRANGE', samples_key, from, '+', 'COUNT', count)) do
      found = row[1]
      -- The 15th of the row: see samples.ts.
      local joined = tonumber(string.match(row[2][2], '^' .. string.rep('%S+ ', 14) .. '(%d+)') or -1)
      if joined >= frontier then redis.call('HSET', flow_key, 'waitRow', found); return math.max(0, now - tonumber(string.match(found, '^%d+'))) end
    end
  end
  -- Given since the last row, or the rows are many: the next look goes on.
  if not found then return 0 end
  redis.call('HSET', flow_key, 'waitRow', found)
  return math.max(0, now - tonumber(string.match(found, '^%d+')))
end
