#!lua
-- report: stores a gateway's report on a sale; the last one counts. Gateways silent for an hour are removed.
-- KEYS    1 sale   2 browsers hash gateway→report
-- ARGV    1 gateway   2 open connections   3 estimates so far   4 sum of their errors, seconds   5 refusals in the last minute
-- Returns "noted" | "no_sale"
-- include: clock
if redis.call('EXISTS', KEYS[1]) == 0 then return 'no_sale' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  local all = redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    if math.abs(now - tonumber(string.match(all[i + 1], '^%S+'))) > limits.samplesMs then redis.call('HDEL', KEYS[2], all[i]) end
  end
end
local row = string.format('%.0f %.0f %.0f %.3f', now, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
-- Without refusals the row has the form that older instances read.
local refused = tonumber(ARGV[5])
redis.call('HSET', KEYS[2], ARGV[1], refused > 0 and row .. string.format(' %.0f', refused) or row)
redis.call('PEXPIRE', KEYS[2], limits.samplesMs)
return 'noted'
