#!lua flags=no-writes
-- read-gauges: the stats of a sale that its leader exports, in one consistent read; its cost does not grow with the number of visitors.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 holds   7 events   8 lobby
-- Returns {status by the clock, settings[4], flow[15], stock[4], counts[6]} | {} when there is no sale
-- include: clock
-- include: status
-- include: lobby
local status = status_of(KEYS[1])
if not status then return {} end
return {
  status,
  redis.call('HMGET', KEYS[1], 'admitPerSecond', 'activeLimit', 'perVisitorLimit', 'kind'),
  redis.call('HMGET', KEYS[2], 'seq', 'admitted', 'left', 'leftActive', 'expired', 'claimMissed', 'purchased', 'claimed', 'event', 'tokens', 'completed', 'abandoned', 'proofLevel', 'cancelledTickets', 'forecast'),
  redis.call('HMGET', KEYS[5], 'total', 'left', 'held', 'sold'),
  { string.format('%.0f', now), redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[6]), redis.call('XLEN', KEYS[7]), status ~= 'closed' and unplaced(KEYS[2], KEYS[3], KEYS[8]) or 0 },
}
