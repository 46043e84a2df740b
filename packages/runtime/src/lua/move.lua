-- move: the one change of a sale's status, with its event. Into the drawing it closes the lobby, in O(1): its visitors get the seqs 1 to its size, and the
-- draw says which. A lobby that is closed before it has an order ends: every visitor has left. k: sale, flow, events, queue, lobby, departed, and what may
-- close a sale code_uses and code_holders too.
local function move(k, to, change)
  local f = redis.call('HMGET', k.sale, 'version', 'lobbyPhase', 'lobbyOrder')
  local version, phase = tonumber(f[1]) + 1, f[2]
  local changes = { lobby = 'lobby_opened', drawing = 'lobby_closed', open = 'opened', paused = 'paused', closed = 'closed' }
  local data = { change = change or changes[to], version = version, status = to }
  local fields = { 'status', to, 'version', string.format('%.0f', version) }
  local function set(name, value) fields[#fields + 1] = name; fields[#fields + 1] = value end
  if to == 'drawing' and phase == 'ahead' then
    data.lobby = redis.call('ZCARD', k.lobby)
    set('lobbyPhase', 'drawing')
    set('lobbyClosedAt', string.format('%.0f', now))
  elseif (phase == 'drawing' and to ~= 'drawing') or (phase == 'ahead' and (to == 'open' or to == 'closed')) then
    set('lobbyPhase', 'over')
    data.withoutDraw = to == 'closed' and f[3] == 'random' or nil
  end
  local given = data.withoutDraw and tonumber(redis.call('HGET', k.flow, 'seq') or 0) or 0
  if data.withoutDraw then data.left = given end
  emit(k.flow, k.events, 'sale', data)
  redis.call('HSET', k.sale, unpack(fields))
  if data.lobby then redis.call('HSET', k.flow, 'seq', data.lobby, 'lobbySize', data.lobby) end
  if data.withoutDraw then
    if given > 0 then
      -- Every number becomes a departure: bits 1 to `given`, an eighth of a byte each.
      local whole, rest = math.floor(given / 8), given % 8
      local last = 2 ^ 8 - 2 ^ (7 - rest)
      redis.call('SETRANGE', k.departed, 0, whole == 0 and string.char(last % 2 ^ 7) or '\127' .. string.rep('\255', whole - 1) .. string.char(last))
      redis.call('HSET', k.flow, 'left', string.format('%.0f', given))
    end
    redis.call('UNLINK', k.queue, k.lobby)
    -- Nobody was ever admitted: every use of a code goes back.
    redis.call('UNLINK', k.code_uses, k.code_holders)
  end
end
-- settled_status: status_of, after what the clock has done to a lobby is stored.
local function settled_status(k)
  local status, phase, order = status_of(k.sale)
  if (phase ~= 'ahead' and phase ~= 'drawing') or redis.call('HGET', k.sale, 'status') == status then return status, phase, order end
  move(k, status)
  return status_of(k.sale)
end
