-- living_hold: the hold of a visitor that is not over, as JSON; nil without one.
local function living_hold(k, visitor)
  local hold = redis.call('HGET', k.sessions, visitor)
  if not hold or hold == '' or tonumber(redis.call('ZSCORE', k.holds, hold) or 0) <= now then return nil end
  return redis.call('HGET', k.hold_data, hold) or nil, hold
end
-- stay_of: what is known of a pass, and the deadline of its stay; the deadline is nil when the stay is over.
local function stay_of(k, pass)
  local json = redis.call('HGET', k.passes, pass)
  if not json then return nil end
  local data = cjson.decode(json)
  if redis.call('HGET', k.stays, data.visitor) ~= pass then return data end
  local deadline = tonumber(redis.call('ZSCORE', k.active, data.visitor) or 0)
  return data, deadline > now and deadline or nil
end
