-- status_of: the status by the clock. scheduled → lobby at lobbyOpensAt; either → drawing (a lobby in random order) or open at opensAt; anything →
-- closed at closesAt. nil: no such sale. Also returns lobbyPhase ('ahead' until the opening, 'drawing', 'over'; '' without a lobby) and lobbyOrder.
local function status_of(sale_key)
  local f = redis.call('HMGET', sale_key, 'status', 'opensAt', 'closesAt', 'lobbyPhase', 'lobbyOpensAt', 'lobbyOrder')
  if not f[1] then return nil end
  local phase, order = f[4] or '', f[6] or ''
  local opens, closes, lobby = tonumber(f[2] or ''), tonumber(f[3] or ''), tonumber(f[5] or '')
  if closes and now >= closes then return 'closed', phase, order end
  if f[1] == 'scheduled' or f[1] == 'lobby' then
    if opens and now >= opens then return phase == 'ahead' and order == 'random' and 'drawing' or 'open', phase, order end
    if phase == 'ahead' and lobby and now >= lobby then return 'lobby', phase, order end
  end
  return f[1], phase, order
end
