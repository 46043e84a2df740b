#!lua flags=allow-oom
-- announce-keys: heartbeat of an instance with its keys of TOKEN_SECRET; returns the keys of the other instances.
-- KEYS    1 keyring
-- ARGV    1 instance   2 ids of its keys, in order, by commas   3 time of its first heartbeat, ms, or 0   4 ids that it waits for, by commas
--         5 1 if it signs   6 1 if its view is steady   7 an instance lives this long after a heartbeat, ms   8 a token lives this long, ms
--         9 expected time of the clock of Redis, ms, or 0   10 its tolerance, ms   11 id of the last key it was assigned to sign with, or ""
-- Returns {now, id to sign with or "", ids it lacks, those of them that it waits for, ids that others know, instances that do not know its first key},
--         lists by commas
-- Keeps   no instance signs with a key that a serving instance does not know; no instance serves without a key whose tokens are valid
-- include: clock
-- include: id-lists
local keyring, name, since, lives_ms, token_ms = KEYS[1], ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ordered = list(ARGV[2])
local own = set(ordered)
local signed, others = {}, {}
local is_listed = false
local fields = redis.call('HGETALL', keyring)
for i = 1, #fields, 2 do
  local kind, what = string.match(fields[i], '^(%a+):(.+)$')
  local at = tonumber(string.match(fields[i + 1], '^%d+'))
  if kind == 'signed' and at then
    -- Older ones stay: a clock that went ahead may come back.
    if now - at <= token_ms then signed[what] = at end
  elseif kind == 'instance' and at and math.abs(now - at) <= lives_ms then
    local knows, awaits = string.match(fields[i + 1], '^%d+ ([^ ]*) ([^ ]*)')
    if what == name then is_listed = true end
    if what ~= name and knows then others[#others + 1] = { name = what, at = at, knows = list(knows), awaits = list(awaits), serves = not string.find(fields[i + 1], ' refuses$') } end
  else
    redis.call('HDEL', keyring, fields[i])
  end
end

-- A key that signed and is unknown here is lacked while a living instance knows it. It is awaited, until an operator gives it up, once such an instance
-- announced it, or another instance awaits it: in a rolling replacement, waiting instances keep each other waiting. A key of an instance that died
-- before this one started is awaited no longer than that instance counts as living.
local lacks, awaited, elsewhere = {}, {}, {}
for _, id in ipairs(list(ARGV[4])) do if signed[id] and not own[id] then awaited[id], lacks[id] = true, true end end
for _, other in ipairs(others) do
  for id in pairs(set(other.knows, other.awaits)) do
    elsewhere[id] = true
    if signed[id] and not own[id] then
      lacks[id] = true
      if since > 0 and other.at > since then awaited[id] = true end
    end
  end
end
local refuses = next(lacks) ~= nil

local function unaware(id)
  local names = {}
  for _, other in ipairs(others) do if other.serves and not set(other.knows)[id] then names[#names + 1] = other.name end end
  return names
end
-- Until its view is steady an instance may miss others: it signs with the key that signed last. After a clock jump, or when the
-- keyring was lost, the others are missing too. Who signs no tokens signs challenges, with the key of those who do.
local expected = tonumber(ARGV[9])
local steady = ARGV[6] == '1' and is_listed and math.abs(now - expected) <= tonumber(ARGV[10])
local signing, latest = '', nil
for _, id in ipairs(ordered) do if signed[id] and (not latest or signed[id] > signed[latest]) then latest = id end end
if ARGV[5] ~= '1' and not refuses then signing = latest or ordered[1] end
if ARGV[5] == '1' and not refuses then
  if not latest and ARGV[11] ~= '' then latest = ARGV[11] end
  for _, id in ipairs(ordered) do
    local allowed = steady or (since == 0 and next(signed) == nil) or id == latest
    if signing == '' and allowed and #unaware(id) == 0 then signing = id end
  end
  if signing ~= '' then redis.call('HSET', keyring, 'signed:' .. signing, now) end
end
redis.call('HSET', keyring, 'instance:' .. name, now .. ' ' .. ARGV[2] .. ' ' .. text(awaited) .. (refuses and ' refuses' or ''))
return { now, signing, text(lacks), text(awaited), text(elsewhere), table.concat(ARGV[5] == '1' and unaware(ordered[1]) or {}, ',') }
