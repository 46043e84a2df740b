-- longest_windows: the longest stay and hold that this sale ever gave, seconds. A deadline further ahead was made before Redis's clock went back.
local function longest_windows(sale_key)
  local f = redis.call('HMGET', sale_key, 'longestStaySeconds', 'longestHoldSeconds', 'claimSeconds', 'sessionSeconds', 'holdSeconds')
  return math.max(tonumber(f[1] or 0), tonumber(f[3] or 0), tonumber(f[4] or 0)), math.max(tonumber(f[2] or 0), tonumber(f[5] or 0))
end
-- clamp_deadlines: brings deadlines of a clock that went back down to the longest window from now, at most `cap`; safe to run twice. No event: nothing
-- ends sooner than it was promised, because the promise was made in seconds.
local function clamp_deadlines(key, seconds, cap)
  if seconds <= 0 then return end
  local latest = string.format('%.0f', now + seconds * 1000)
  for _, member in ipairs(redis.call('ZREVRANGEBYSCORE', key, '+inf', '(' .. latest, 'LIMIT', 0, cap)) do redis.call('ZADD', key, latest, member) end
end
