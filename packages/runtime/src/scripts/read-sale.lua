#!lua flags=no-writes
-- read-sale: one consistent read of a sale, its stock and its counts.
-- KEYS    1 sale hash   2 stock hash   3 flow hash   4 queue zset   5 lobby zset   6 active zset   7 leader string
-- Returns {now ms, status by the clock, sale fields…[], stock {total,left,held,sold}, counts {waiting,lobby,active}, flow[], leader} | {}
-- include: clock
-- include: status
-- include: lobby
local status = status_of(KEYS[1])
if not status then return {} end
return {
  string.format('%.0f', now),
  status,
  redis.call('HGETALL', KEYS[1]),
  redis.call('HMGET', KEYS[2], 'total', 'left', 'held', 'sold'),
  { redis.call('ZCARD', KEYS[4]), status ~= 'closed' and unplaced(KEYS[3], KEYS[4], KEYS[5]) or 0, redis.call('ZCARD', KEYS[6]) },
  redis.call('HMGET', KEYS[3], 'seq', 'admitted', 'left', 'leftActive', 'expired', 'epoch', 'tickAt', 'completed', 'abandoned', 'proofLevel', 'chances'),
  redis.call('GET', KEYS[7]),
}
