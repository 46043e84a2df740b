-- status_of: the status by the clock. scheduled → open at opensAt; anything → closed at closesAt. nil: no such sale.
local function status_of(sale_key)
  local f = redis.call('HMGET', sale_key, 'status', 'opensAt', 'closesAt')
  if not f[1] then return nil end
  local opens, closes = tonumber(f[2] or ''), tonumber(f[3] or '')
  if closes and now >= closes then return 'closed' end
  if f[1] == 'scheduled' and opens and now >= opens then return 'open' end
  return f[1]
end
