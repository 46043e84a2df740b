#!lua flags=no-writes
-- read-mirror: one consistent read of a line: number of the last event, frontier, departures.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 departed bitmap
-- Returns {event, frontier, pace, generation, status by the clock, waiting, active, last seq, bitmap} | {}
-- include: clock
-- include: status
local status = status_of(KEYS[1])
if not status then return {} end
local flow = redis.call('HMGET', KEYS[2], 'event', 'frontier', 'pace', 'seq')
return {
  flow[1] or '0', flow[2] or '0', flow[3] or '0', redis.call('HGET', KEYS[1], 'createdAt'), status,
  tostring(redis.call('ZCARD', KEYS[3])), tostring(redis.call('ZCARD', KEYS[4])), flow[4] or '0', redis.call('GET', KEYS[5]) or '',
}
