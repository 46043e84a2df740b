-- longest_windows: the longest stay and hold that this sale ever gave, seconds. A deadline further ahead precedes a backward jump of Redis's clock.
local function longest_windows(sale_key)
  local f = redis.call('HMGET', sale_key, 'longestStaySeconds', 'longestHoldSeconds', 'claimSeconds', 'sessionSeconds', 'holdSeconds')
  return math.max(tonumber(f[1] or 0), tonumber(f[3] or 0), tonumber(f[4] or 0)), math.max(tonumber(f[2] or 0), tonumber(f[5] or 0))
end
-- clamp_deadlines: limits deadlines to the longest window from now after a backward jump of the clock, at most `cap`; safe to run twice. No event:
-- no stay is shorter than its promised number of seconds.
local function clamp_deadlines(key, seconds, cap)
  if seconds <= 0 then return end
  local latest = string.format('%.0f', now + seconds * 1000)
  for _, member in ipairs(redis.call('ZREVRANGEBYSCORE', key, '+inf', '(' .. latest, 'LIMIT', 0, cap)) do redis.call('ZADD', key, latest, member) end
end
