-- unplaced: visitors of the lobby who have no number yet and are here.
local function unplaced(lobby_key) return redis.call('ZCOUNT', lobby_key, '(0', '+inf') end
-- ahead_of: visitors before a seq of the line who are not in it yet: those whose order is being drawn.
local function ahead_of(phase, seq, flow_key, lobby_key)
  if phase ~= 'drawing' or seq <= tonumber(redis.call('HGET', flow_key, 'lobbySize') or 0) then return 0 end
  return unplaced(lobby_key)
end
