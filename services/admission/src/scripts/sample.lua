#!lua
-- sample: one row of a sale's stats, for charts; the last hour is kept; and the forecast by them. An observation: no decision depends on it, and a lost one is
-- not repeated.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 browsers   7 samples stream
-- ARGV    1 forecast as JSON, or '' to keep the last one   2 chances as JSON
-- Returns ms of the row | 0 when there is no sale, or a row of this millisecond exists
-- include: clock
-- include: browsers
-- include: last-wait
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[1] ~= '' then redis.call('HSET', KEYS[2], 'forecast', ARGV[1], 'chances', ARGV[2]) end
local last = redis.call('XREVRANGE', KEYS[7], '+', '-', 'COUNT', 1)[1]
local last_at = last and tonumber(string.match(last[1], '^%d+')) or 0
if last_at == now then return 0 end
-- After a backward jump of Redis's clock: ids only grow, so the rows from the future are removed.
if last_at > now then
  redis.call('UNLINK', KEYS[7])
  redis.call('HDEL', KEYS[2], 'waitRow')
end
local flow = redis.call('HMGET', KEYS[2], 'admitted', 'purchased', 'epoch', 'completed', 'abandoned', 'seq', 'frontier')
local stock = redis.call('HMGET', KEYS[5], 'left', 'held', 'sold')
local browsers, estimates, errors = browsers_of(KEYS[6])
local frontier = tonumber(flow[7] or 0)
local row = table.concat({ redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4]), flow[1] or 0, flow[2] or 0, stock[1] or 0, stock[2] or 0,
  stock[3] or 0, browsers, string.format('%.0f', estimates), string.format('%.3f', errors), flow[3] or 0,
  last_at > 0 and string.format('%.0f', math.max(0, now - last_at)) or 0, flow[4] or 0, flow[5] or 0, flow[6] or 0,
  frontier > 0 and string.format('%.0f', last_wait(KEYS[2], KEYS[7], frontier)) or 0 }, ' ')
redis.call('XADD', KEYS[7], 'MINID', '~', string.format('%.0f', now - limits.samplesMs), string.format('%.0f-0', now), 'row', row)
return now
