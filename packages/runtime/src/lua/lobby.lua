-- placed: visitors of the line with a number of the draw. Their entries stay in the lobby as they are until the whole order is written: moving each one
-- took twice as long as the rest of its page. An entry with score 0 is one of a visitor who has left.
local function placed(flow_key, queue_key) return redis.call('ZCOUNT', queue_key, '-inf', redis.call('HGET', flow_key, 'lobbySize') or 0) end
-- unplaced: visitors of the lobby who have no number yet and are here.
local function unplaced(flow_key, queue_key, lobby_key)
  local here = redis.call('ZCOUNT', lobby_key, '(0', '+inf')
  return here == 0 and 0 or here - placed(flow_key, queue_key)
end
-- ahead_of: visitors before a seq of the line who are not in it yet: those whose order is being drawn.
local function ahead_of(phase, seq, flow_key, queue_key, lobby_key)
  if phase ~= 'drawing' or seq <= tonumber(redis.call('HGET', flow_key, 'lobbySize') or 0) then return 0 end
  return unplaced(flow_key, queue_key, lobby_key)
end
