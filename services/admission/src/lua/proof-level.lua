-- rate_joins: how much of a rush the joins of a sale are (proofLevel), from 0, no rush, to limits.proofLevels; one level for each doubling beyond the normal.
-- A rush counts at once; it falls by one level after each limits.proofFallMs below it. joinsAsked counts placed joins and those that lacked a proof.
local function rate_joins(flow_key, pace)
  local f = redis.call('HMGET', flow_key, 'joinsAsked', 'joinsRated', 'joinsRatedAt', 'joinsMean', 'proofLevel', 'proofHeldAt')
  local asked, elapsed = tonumber(f[1] or 0), now - tonumber(f[3] or 0)
  if elapsed >= 0 and elapsed < limits.proofCountMs then return end
  local mean, level, held = tonumber(f[4] or 0), tonumber(f[5] or 0), tonumber(f[6] or 0)
  if elapsed < 0 or elapsed > limits.proofPauseMs then
    level = 0
  else
    local seen = (asked - tonumber(f[2] or 0)) * 1000 / elapsed
    local ratio = seen / normal_joins(pace, mean)
    local target = ratio > 1 and math.min(limits.proofLevels, 1 + math.floor(math.log(ratio) / math.log(2))) or 0
    if target >= level or held > now then
      level, held = math.max(level, target), now
    elseif now - held >= limits.proofFallMs then
      level, held = level - 1, now
    end
    if level == 0 then mean = mean + (1 - math.exp(-elapsed / 1000 / limits.proofNormalSeconds)) * (seen - mean) end
  end
  redis.call('HSET', flow_key, 'joinsRated', string.format('%.0f', asked), 'joinsRatedAt', string.format('%.0f', now), 'joinsMean', string.format('%.6f', mean),
    'proofLevel', string.format('%.0f', level), 'proofHeldAt', string.format('%.0f', held))
end
