#!lua flags=no-writes
-- read-stats: all counts of a sale in one consistent read; its cost does not grow with the number of visitors.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 holds   7 hold-data   8 purchases   9 departed   10 events   11 sessions
--         12 receipts   13 bought   14 browsers   15 passes   16 stays   17 lobby
-- ARGV    1 most members to list, 0 for none
-- Returns {now ms, status, settings[4], flow[16], stock[4], counts[15], queue ends[2], event ids {first, last}, members | {},
--         gateways {browsers, estimates, their errors s, gateways, refusals}} | {}
--         members: {active with deadlines, sessions, hold-data}, absent when there are more than that
-- include: clock
-- include: status
-- include: browsers
-- include: lobby
local status, phase = status_of(KEYS[1])
if not status then return {} end
local drawing = phase == 'drawing'
local function score_at(rank)
  return redis.call('ZRANGE', KEYS[3], rank, rank, 'WITHSCORES')[2] or ''
end
local last = redis.call('XREVRANGE', KEYS[10], '+', '-', 'COUNT', 1)[1]
local first = redis.call('XRANGE', KEYS[10], '-', '+', 'COUNT', 1)[1]
local over = string.format('%.0f', now - limits.overdueMs)
local counts = {
  redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[6]), redis.call('HLEN', KEYS[7]),
  redis.call('HLEN', KEYS[8]), redis.call('BITCOUNT', KEYS[9]), redis.call('HLEN', KEYS[11]), redis.call('HLEN', KEYS[12]),
  redis.call('ZCOUNT', KEYS[4], '-inf', over), redis.call('ZCOUNT', KEYS[6], '-inf', over), redis.call('HLEN', KEYS[13]),
  redis.call('HLEN', KEYS[15]), redis.call('HLEN', KEYS[16]), drawing and unplaced(KEYS[2], KEYS[3], KEYS[17]) or 0,
  -- Left while the order is drawn, with a number that is still to be written.
  drawing and redis.call('ZCOUNT', KEYS[17], 0, 0) + placed(KEYS[2], KEYS[3]) - tonumber(redis.call('HGET', KEYS[2], 'drawn') or 0) or 0,
}
local members = {}
if counts[2] <= tonumber(ARGV[1]) and counts[4] <= tonumber(ARGV[1]) then
  members = { redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES'), redis.call('HGETALL', KEYS[11]), redis.call('HGETALL', KEYS[7]) }
end
local browsers, estimates, errors, gateways, refused = browsers_of(KEYS[14])
return {
  string.format('%.0f', now), status,
  redis.call('HMGET', KEYS[1], 'activeLimit', 'admitPerSecond', 'perVisitorLimit', 'createdAt'),
  redis.call('HMGET', KEYS[2], 'seq', 'frontier', 'admitted', 'left', 'leftActive', 'expired', 'purchased', 'claimed', 'event', 'tickAt', 'completed', 'abandoned', 'cancelled',
    'cancelledTickets', 'claimMissed', 'forecast'),
  redis.call('HMGET', KEYS[5], 'total', 'left', 'held', 'sold'),
  counts, { score_at(0), score_at(-1) }, { first and first[1] or '', last and last[1] or '' }, members,
  { browsers, estimates, string.format('%.3f', errors), gateways, refused },
}
