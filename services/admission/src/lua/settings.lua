-- faults_of: names of invalid settings: numbers out of range, and a closing that is not after the opening. change: new values;
-- stored: current opensAt and closesAt; ranges: JSON of name → {least, most, whole}.
local function faults_of(change, stored, ranges)
  local faults = {}
  for name, range in pairs(cjson.decode(ranges)) do
    local text = change[name]
    local cleared = text == '' and (name == 'opensAt' or name == 'closesAt' or name == 'lobbyOpensAt')
    local value = tonumber(text or '')
    if text and not cleared and not (value and value >= range[1] and value <= range[2] and (not range[3] or value == math.floor(value))) then
      faults[#faults + 1] = name
    end
  end
  -- Stored times that contradict each other do not refuse a change of other settings, or one that corrects them.
  if #faults == 0 and (change.opensAt or change.closesAt) then
    local opens, closes = tonumber(change.opensAt or stored.opensAt or ''), tonumber(change.closesAt or stored.closesAt or '')
    if opens and closes and not (opens < closes) then
      for _, name in ipairs({ 'opensAt', 'closesAt' }) do if change[name] and change[name] ~= '' then faults[#faults + 1] = name .. '<>' end end
    end
  end
  return faults
end
-- lobby_faults: the same of a lobby. setting: all values, changed and stored. A lobby needs an opening after it; a beacon needs a draw.
local function lobby_faults(setting)
  local function given(name) return setting[name] and setting[name] ~= '' end
  if not given('lobbyOpensAt') then
    local faults = {}
    for _, name in ipairs({ 'lobbyOrder', 'drawBeacon' }) do if given(name) then faults[#faults + 1] = name .. '!lobby' end end
    return faults
  end
  if not given('opensAt') then return { 'opensAt!opening' } end
  if tonumber(setting.lobbyOpensAt) >= tonumber(setting.opensAt) then return { 'lobbyOpensAt!before' } end
  if setting.lobbyOrder == 'arrival' and setting.drawBeacon == 'drand' then return { 'drawBeacon!draw' } end
  return {}
end
