#!lua
-- change-sale: new settings, if the sale is still at the version the change was made for.
-- KEYS    1 sale   2 flow   3 events
-- ARGV    1 expected version or ''   2… field, value pairs
-- Returns {"changed", version} | {"conflict", version} | {"no_sale", 0}
-- Keeps   I5: a new pace settles the bucket first; I9
-- include: clock
-- include: status
-- include: emit
-- include: bucket
local f = redis.call('HMGET', KEYS[1], 'version', 'admitPerSecond')
if not f[1] then return { 'no_sale', 0 } end
local version = tonumber(f[1])
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= version then return { 'conflict', version } end
local fields = { 'version', string.format('%.0f', version + 1) }
for i = 2, #ARGV do fields[#fields + 1] = ARGV[i] end
emit(KEYS[2], KEYS[3], 'sale', { change = 'changed', version = version + 1, status = status_of(KEYS[1]) })
for i = 2, #ARGV, 2 do
  if ARGV[i] == 'admitPerSecond' and tonumber(ARGV[i + 1]) ~= tonumber(f[2]) then
    local tokens = math.min(refill(KEYS[2], tonumber(f[2])), math.max(1, tonumber(ARGV[i + 1])))
    redis.call('HSET', KEYS[2], 'tokens', string.format('%.9f', tokens), 'refilledAt', string.format('%.0f', now), 'pace', ARGV[i + 1])
  end
end
redis.call('HSET', KEYS[1], unpack(fields))
return { 'changed', version + 1 }
