#!lua flags=allow-oom
-- freeze: publishes count and root of the roster, and the round of the beacon that the draw waits for: once.
-- KEYS    1 sale   2 flow   3 events   4 lobby
-- ARGV    1 epoch   2 count   3 root   4 network   5 chain   6 genesis s   7 period s of the beacon, '' without one
-- Returns "frozen" | "no_sale" | "over" | "fenced" | "another": the lobby has another size, or another root is frozen
-- Keeps   D1 public before the seed and before the round; D4 the first one counts
-- include: clock
-- include: status
-- include: emit
-- include: drawing
local why = drawing(KEYS[1], KEYS[2], ARGV[1])
if why then return why end
local known = redis.call('HMGET', KEYS[1], 'frozenAt', 'drawRoot', 'lobbyClosedAt')
if known[1] then return known[2] == ARGV[3] and 'frozen' or 'another' end
if redis.call('ZCARD', KEYS[4]) ~= tonumber(ARGV[2]) then return 'another' end
-- After a backward jump of Redis's clock: the roster is never frozen before the lobby was closed.
local frozen_at = math.max(now, tonumber(known[3] or 0))
local fields = { 'drawCount', ARGV[2], 'drawRoot', ARGV[3], 'frozenAt', string.format('%.0f', frozen_at) }
local round
if ARGV[7] ~= '' then
  -- The first round whose time is later than 3 s from now.
  round = math.floor((frozen_at / 1000 + 3 - tonumber(ARGV[6])) / tonumber(ARGV[7])) + 2
  for _, value in ipairs({ 'beaconNetwork', ARGV[4], 'beaconChain', ARGV[5], 'beaconRound', string.format('%.0f', round), 'beaconStatus', 'pending' }) do
    fields[#fields + 1] = value
  end
end
emit(KEYS[2], KEYS[3], 'frozen', { count = tonumber(ARGV[2]), root = ARGV[3], frozenAtMs = frozen_at, round = round })
redis.call('HSET', KEYS[1], unpack(fields))
return 'frozen'
