#!lua
-- create-sale: a sale with its stock; open at once unless it opens later. An existing one is left alone.
-- KEYS    1 sale   2 stock   3 flow   4 events   5 trail
-- ARGV    1 by   2 stock   3 opensAt ms or ''   4… field, value pairs of the settings
-- Returns "created" | "exists"
-- Keeps   I1, I9
-- include: clock
-- include: emit
-- include: trail
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
local status = ARGV[3] ~= '' and tonumber(ARGV[3]) > now and 'scheduled' or 'open'
local fields = { 'status', status, 'version', '1', 'createdAt', string.format('%.0f', now), 'opensAt', ARGV[3] }
local setting = { stock = ARGV[2] }
for i = 4, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i + 1]
  setting[ARGV[i]] = ARGV[i + 1]
end
emit(KEYS[3], KEYS[4], 'sale', { change = 'created', version = 1, status = status, total = tonumber(ARGV[2]),
  admitPerSecond = tonumber(setting.admitPerSecond), activeLimit = tonumber(setting.activeLimit) })
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('HSET', KEYS[2], 'total', ARGV[2], 'left', ARGV[2], 'held', '0', 'sold', '0')
redis.call('HSET', KEYS[3], 'refilledAt', string.format('%.0f', now), 'tokens', '0', 'pace', setting.admitPerSecond)
trail(KEYS[5], 'create', ARGV[1], setting)
return 'created'
