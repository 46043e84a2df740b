#!lua flags=allow-oom
-- expire-holds: releases expired holds; the visitor stays active until the session ends. Safe to run twice.
-- KEYS    1 flow   2 sessions   3 stock   4 holds   5 hold-data   6 events   7 sale
-- ARGV    1 cap
-- Returns {number released, ms until the next can expire: rest of the oldest hold, at most the window of a hold made now; false: a gate, none can}
-- Keeps   I1, I7, I9, I12
-- include: clock
-- include: emit
-- include: release
-- include: windows
local k = { flow = KEYS[1], stock = KEYS[3], holds = KEYS[4], hold_data = KEYS[5], events = KEYS[6] }
local _, longest_hold = longest_windows(KEYS[7])
clamp_deadlines(k.holds, longest_hold, ARGV[1])
local over = redis.call('ZRANGEBYSCORE', k.holds, '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
for _, hold in ipairs(over) do
  local visitor = cjson.decode(redis.call('HGET', k.hold_data, hold)).visitor
  release_hold(k, hold, 'hold_over')
  redis.call('HSET', KEYS[2], visitor, '')
end
local window = tonumber(redis.call('HGET', KEYS[7], 'holdSeconds') or nil)
local rest = window and window * 1000
local first = redis.call('ZRANGE', k.holds, 0, 0, 'WITHSCORES')[2]
if first then rest = math.min(rest or math.huge, math.max(0, tonumber(first) - now)) end
return { #over, rest or false }
