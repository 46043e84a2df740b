-- refill: the admission bucket by Redis's clock. Elapsed time is clamped to `refillMs`, so that neither a clock jump nor a long
-- fail-over causes a burst. Capacity: one second's worth (at least one visitor), plus that of a late tick, plus the fraction of a
-- visitor left by the last tick: without that carry, jitter at whole rates would lower the pace.
-- Returns level, elapsed seconds, and the total of ms that counted: the clock of the bucket, by which a replay is exact after jumps of Redis's clock.
local function refill(flow_key, rate)
  local f = redis.call('HMGET', flow_key, 'tokens', 'refilledAt', 'countedMs')
  local level = tonumber(f[1] or 0)
  local elapsed = math.max(0, math.min(limits.refillMs, now - tonumber(f[2] or now))) / 1000
  local carry = level < 1 and level or 0
  return math.min(level + rate * elapsed, math.max(1, rate) + rate * math.max(0, elapsed - limits.tickMs / 1000) + carry), elapsed, tonumber(f[3] or 0) + elapsed * 1000
end
