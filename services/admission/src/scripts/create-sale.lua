#!lua
-- create-sale: a sale with its stock; open at once unless it opens later. An existing one is left alone.
-- KEYS    1 sale   2 stock   3 flow   4 events
-- ARGV    1 stock   2 opensAt ms or ''   3… field, value pairs of the settings
-- Returns "created" | "exists"
-- Keeps   I1, I9
-- include: clock
-- include: emit
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
local status = ARGV[2] ~= '' and tonumber(ARGV[2]) > now and 'scheduled' or 'open'
local fields = { 'status', status, 'version', '1', 'createdAt', string.format('%.0f', now), 'opensAt', ARGV[2] }
local rate
for i = 3, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i + 1]
  if ARGV[i] == 'admitPerSecond' then rate = ARGV[i + 1] end
end
emit(KEYS[3], KEYS[4], 'sale', { change = 'created', version = 1, status = status })
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('HSET', KEYS[2], 'total', ARGV[1], 'left', ARGV[1], 'held', '0', 'sold', '0')
redis.call('HSET', KEYS[3], 'refilledAt', string.format('%.0f', now), 'tokens', '0', 'pace', rate)
return 'created'
