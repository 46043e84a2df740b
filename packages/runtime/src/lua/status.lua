-- status_of: the status by the clock. scheduled → open at opensAt; anything → closed at closesAt. nil: no such sale.
local function status_of(sale_key)
  local f = redis.call('HMGET', sale_key, 'status', 'opensAt', 'closesAt')
  if not f[1] then return nil end
  if f[3] and f[3] ~= '' and now >= tonumber(f[3]) then return 'closed' end
  if f[1] == 'scheduled' and f[2] and f[2] ~= '' and now >= tonumber(f[2]) then return 'open' end
  return f[1]
end
