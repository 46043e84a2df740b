-- browsers_of: sums of the gateways' reports. Connections count while the report is fresh; totals of a silent gateway stay for an hour.
-- Refusals are of the last minute and of fresh reports; a report without any lacks them.
-- Returns browsers, estimates, sum of their errors in seconds, gateways, refusals
local function browsers_of(browsers_key)
  local browsers, estimates, errors, gateways, refused = 0, 0, 0, 0, 0
  for _, text in ipairs(redis.call('HVALS', browsers_key)) do
    local at, open, given, off, refusals = string.match(text, '^(%S+) (%S+) (%S+) (%S+) ?(%S*)$')
    estimates, errors = estimates + tonumber(given), errors + tonumber(off)
    -- A report from the future precedes a backward jump of Redis's clock.
    if math.abs(now - tonumber(at)) <= limits.reportFreshMs then
      browsers, gateways, refused = browsers + tonumber(open), gateways + 1, refused + (tonumber(refusals) or 0)
    end
  end
  return browsers, estimates, errors, gateways, refused
end
