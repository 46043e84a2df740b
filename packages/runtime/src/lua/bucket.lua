-- refill: the admission bucket by Redis's clock. Elapsed time is clamped to 0–3 s, so that neither a clock jump nor a long
-- fail-over bursts; it holds one second's worth (at least one visitor) plus what a late tick missed.
local function refill(flow_key, rate)
  local f = redis.call('HMGET', flow_key, 'tokens', 'refilledAt')
  local elapsed = math.max(0, math.min(3000, now - (tonumber(f[2]) or now))) / 1000
  local full = math.max(1, rate) + rate * math.max(0, elapsed - 1)
  return math.min((tonumber(f[1]) or 0) + rate * elapsed, full), elapsed
end
