-- normal_joins: joins per second that are no rush: the largest of the pace, twice the mean of the calm seconds of some minutes, and limits.proofCalmPerSecond.
local function normal_joins(pace, mean)
  return math.max(limits.proofCalmPerSecond, pace, 2 * mean)
end
