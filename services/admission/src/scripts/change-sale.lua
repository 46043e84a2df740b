#!lua
-- change-sale: new settings, if the sale is still at the expected version.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 draw-seed   6 queue   7 lobby   8 departed bitmap   9 code-uses   10 code-holders
-- ARGV    1 by   2 expected version or ''   3 ranges of the settings, JSON   4 seed   5 commitment, both '' for a change of neither lobby nor order   6… field, value pairs
-- Returns {"changed", version} | {"conflict" | "draw_fixed" | "drawing", version} | {"invalid", version, setting…} | {"no_sale", 0}
-- Keeps   I5: a new pace settles the bucket first; I9; a status reached by the clock stays, whatever time is set now
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: bucket
-- include: set-pace
-- include: windows
-- include: audit-log
-- include: settings
-- include: commit
local f = redis.call('HMGET', KEYS[1], 'version', 'admitPerSecond', 'opensAt', 'closesAt', 'kind', 'confirmBy', 'returnUrls', 'identity', 'members')
if not f[1] then return { 'no_sale', 0 } end
local version = tonumber(f[1])
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= version then return { 'conflict', version } end
local status, phase = status_of(KEYS[1])
local change, stored = {}, {}
for i = 6, #ARGV, 2 do change[ARGV[i]], stored[ARGV[i]] = ARGV[i + 1], redis.call('HGET', KEYS[1], ARGV[i]) or '' end
-- What the draw rests on is fixed from the first visitor on.
local lobby_settings = { 'lobbyOpensAt', 'lobbyOrder', 'drawBeacon' }
local stored_lobby = redis.call('HMGET', KEYS[1], unpack(lobby_settings))
local lobby = { opensAt = change.opensAt or f[3] }
for i, name in ipairs(lobby_settings) do
  if change[name] and status ~= 'scheduled' and change[name] ~= (stored_lobby[i] or '') then return { 'draw_fixed', version } end
  lobby[name] = change[name] or stored_lobby[i] or ''
end
if change.opensAt and status == 'drawing' then return { 'drawing', version } end
local faults = faults_of(change, { opensAt = f[3] or nil, closesAt = f[4] or nil }, ARGV[3])
-- A gate has no stock of its own; a gate, and a sale that the shop confirms, need an address of the shop.
if f[5] == 'gate' then
  for _, name in ipairs({ 'perVisitorLimit', 'holdSeconds', 'confirmBy' }) do if change[name] then faults[#faults + 1] = name .. '!gate' end end
end
if (f[5] == 'gate' or (change.confirmBy or f[6]) == 'shop') and (change.returnUrls or f[7] or '') == '' then faults[#faults + 1] = 'returnUrls!needed' end
if (change.identity or f[8]) == 'member' and (change.members or f[9] or '') == '' then faults[#faults + 1] = 'members!members' end
if #faults == 0 and (phase == 'ahead' or change.lobbyOpensAt or change.lobbyOrder or change.drawBeacon) then
  if change.lobbyOpensAt == '' then lobby.lobbyOrder, lobby.drawBeacon = change.lobbyOrder or '', change.drawBeacon or '' end
  faults = lobby_faults(lobby)
end
if #faults > 0 then return { 'invalid', version, unpack(faults) } end
settled_status({ sale = KEYS[1], flow = KEYS[2], events = KEYS[3], queue = KEYS[6], lobby = KEYS[7], departed = KEYS[8], code_uses = KEYS[9], code_holders = KEYS[10] })
version = tonumber(redis.call('HGET', KEYS[1], 'version'))
local fields = { 'version', string.format('%.0f', version + 1), 'status', status }
for i = 6, #ARGV do fields[#fields + 1] = ARGV[i] end
if status == 'scheduled' and change.lobbyOpensAt then
  local has_lobby = change.lobbyOpensAt ~= ''
  if has_lobby and lobby.lobbyOrder == '' then lobby.lobbyOrder = 'random' end
  if has_lobby and lobby.drawBeacon == '' then lobby.drawBeacon = 'none' end
  for _, value in ipairs({ 'lobbyPhase', has_lobby and 'ahead' or '', 'lobbyOrder', lobby.lobbyOrder, 'drawBeacon', lobby.drawBeacon }) do fields[#fields + 1] = value end
end
emit(KEYS[2], KEYS[3], 'sale', { change = 'changed', version = version + 1, status = status,
  admitPerSecond = tonumber(change.admitPerSecond or nil), activeLimit = tonumber(change.activeLimit or nil) })
if change.admitPerSecond and tonumber(change.admitPerSecond) ~= tonumber(f[2]) then set_pace(KEYS[2], tonumber(f[2]), change.admitPerSecond) end
-- Maximum of all windows that this sale ever had; see windows.lua.
if change.claimSeconds or change.sessionSeconds or change.holdSeconds then
  local stay, hold = longest_windows(KEYS[1])
  for _, value in ipairs({ 'longestStaySeconds', string.format('%.0f', math.max(stay, tonumber(change.claimSeconds or 0), tonumber(change.sessionSeconds or 0))),
    'longestHoldSeconds', string.format('%.0f', math.max(hold, tonumber(change.holdSeconds or 0))) }) do fields[#fields + 1] = value end
end
if ARGV[4] ~= '' and status == 'scheduled' and lobby.lobbyOpensAt ~= '' and lobby.lobbyOrder == 'random' then commit(KEYS[1], KEYS[5], ARGV[4], ARGV[5]) end
redis.call('HSET', KEYS[1], unpack(fields))
audit_log(KEYS[4], 'change', ARGV[1], change, stored, change)
return { 'changed', version + 1 }
