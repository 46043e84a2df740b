#!lua
-- create-sale: a sale with its stock; open at once unless it opens later or is a draft. An existing one stays unchanged.
-- KEYS    1 sale   2 stock   3 flow   4 events   5 audit-log, which may exist   6 draw-seed   7… every other key of a sale
-- ARGV    1 by   2 stock   3 ranges of the settings, JSON   4 seed   5 commitment   6 1 for a draft, else ''
--         7… field, value pairs of the settings, opensAt among them
-- Returns {"created"} | {"exists"} | {"foreign_key", key} | {"invalid", setting…}
-- Keeps   I1, I9; everything is checked before anything is written
-- include: clock
-- include: emit
-- include: audit-log
-- include: settings
-- include: commit
if redis.call('TYPE', KEYS[1]).ok == 'hash' then return { 'exists' } end
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' and not (i == 5 and kind == 'stream') then return { 'foreign_key', key } end
end
local setting = {}
for i = 7, #ARGV, 2 do setting[ARGV[i]] = ARGV[i + 1] end
local faults = faults_of(setting, {}, ARGV[3])
if #faults == 0 then faults = lobby_faults(setting) end
if #faults > 0 then return { 'invalid', unpack(faults) } end

local has_lobby = (setting.lobbyOpensAt or '') ~= ''
local opens_later = has_lobby or setting.opensAt ~= '' and tonumber(setting.opensAt) > now
local status = (opens_later or ARGV[6] == '1') and 'scheduled' or 'open'
local fields = { 'status', status, 'version', '1', 'createdAt', string.format('%.0f', now) }
for i = 7, #ARGV do fields[#fields + 1] = ARGV[i] end
emit(KEYS[3], KEYS[4], 'sale', { change = 'created', version = 1, status = status, total = setting.kind ~= 'gate' and tonumber(ARGV[2]) or nil,
  admitPerSecond = tonumber(setting.admitPerSecond), activeLimit = tonumber(setting.activeLimit) })
redis.call('HSET', KEYS[1], unpack(fields))
if has_lobby then
  redis.call('HSET', KEYS[1], 'lobbyPhase', 'ahead')
  if setting.lobbyOrder == 'random' then commit(KEYS[1], KEYS[6], ARGV[4], ARGV[5]) end
end
redis.call('HSET', KEYS[2], 'total', ARGV[2], 'left', ARGV[2], 'held', '0', 'sold', '0')
redis.call('HSET', KEYS[3], 'refilledAt', string.format('%.0f', now), 'tokens', '0', 'pace', setting.admitPerSecond)
setting.stock = setting.kind ~= 'gate' and ARGV[2] or nil
audit_log(KEYS[5], 'create', ARGV[1], setting)
return { 'created' }
