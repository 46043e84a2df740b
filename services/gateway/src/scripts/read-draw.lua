#!lua flags=no-writes
-- read-draw: what a draw has published. The seed comes from the sale, which has it only after the draw.
-- KEYS    1 sale
-- Returns {exists 0|1, values in the order of read-draw.ts…}; '' for what is not there
local f = redis.call('HMGET', KEYS[1], 'createdAt', 'lobbyOrder', 'lobbyOpensAt', 'opensAt', 'commitment', 'lobbyClosedAt', 'frozenAt', 'drawCount',
  'drawRoot', 'beaconNetwork', 'beaconChain', 'beaconRound', 'beaconStatus', 'beaconRandomness', 'beaconSignature', 'drawnAt', 'seed')
if not f[1] then return { '0' } end
local answer = { '1' }
for i = 1, 17 do answer[i + 1] = f[i] or '' end
return answer
