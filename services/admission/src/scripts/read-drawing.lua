#!lua flags=no-writes
-- read-drawing: where a draw stands, for its leader. Not the seed.
-- KEYS    1 sale   2 flow   3 lobby
-- ARGV    1 epoch
-- Returns {"drawing", now ms, generation, beacon, size, count, root, frozenAt, round, beacon status, randomness, written} | {"no_sale" | "over" | "fenced"}
--         '' for what is not known yet
-- include: clock
-- include: status
-- include: drawing
local why = drawing(KEYS[1], KEYS[2], ARGV[1])
if why then return { why } end
local f = redis.call('HMGET', KEYS[1], 'createdAt', 'drawBeacon', 'drawCount', 'drawRoot', 'frozenAt', 'beaconRound', 'beaconStatus', 'beaconRandomness')
return { 'drawing', string.format('%.0f', now), f[1], f[2] or '', tostring(redis.call('ZCARD', KEYS[3])), f[3] or '', f[4] or '', f[5] or '', f[6] or '', f[7] or '', f[8] or '',
  redis.call('HGET', KEYS[2], 'drawn') or '0' }
