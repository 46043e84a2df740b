-- now: milliseconds by Redis's clock, read once per script; services' clocks change nothing.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
