-- browsers_of: what the gateways reported. Connections count while the report is fresh; totals of one that is gone stay for an hour.
-- Returns browsers, estimates, sum of their errors in seconds, gateways
local function browsers_of(browsers_key)
  local browsers, estimates, errors, gateways = 0, 0, 0, 0
  for _, text in ipairs(redis.call('HVALS', browsers_key)) do
    local at, open, given, off = string.match(text, '^(%S+) (%S+) (%S+) (%S+)$')
    estimates, errors = estimates + tonumber(given), errors + tonumber(off)
    -- A report from the future was made before Redis's clock went back.
    if math.abs(now - tonumber(at)) <= limits.reportFreshMs then browsers, gateways = browsers + tonumber(open), gateways + 1 end
  end
  return browsers, estimates, errors, gateways
end
