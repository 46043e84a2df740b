#!lua flags=allow-oom
-- settle-beacon: the verified answer of the beacon, or that none came in time. The first one counts.
-- KEYS    1 sale   2 flow   3 events
-- ARGV    1 epoch   2 round   3 verified | unavailable   4 randomness   5 signature
-- Returns "settled" | "no_sale" | "over" | "fenced" | "another" round
-- include: clock
-- include: status
-- include: emit
-- include: drawing
local why = drawing(KEYS[1], KEYS[2], ARGV[1])
if why then return why end
local known = redis.call('HMGET', KEYS[1], 'beaconRound', 'beaconStatus')
if known[1] ~= ARGV[2] then return 'another' end
if known[2] ~= 'pending' then return 'settled' end
local has = ARGV[3] == 'verified'
emit(KEYS[2], KEYS[3], 'beacon', { round = tonumber(ARGV[2]), status = ARGV[3], randomness = has and ARGV[4] or nil, signature = has and ARGV[5] or nil })
redis.call('HSET', KEYS[1], 'beaconStatus', ARGV[3], 'beaconRandomness', has and ARGV[4] or '', 'beaconSignature', has and ARGV[5] or '')
return 'settled'
