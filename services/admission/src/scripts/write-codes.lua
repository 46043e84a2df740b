#!lua
-- write-codes: adds codes to a sale; one that is there already stays as it is. One without uses was taken back: another call than its own adds it anew.
-- KEYS    1 sale   2 codes   3 code-uses   4 code-order
-- ARGV    1 generation of the sale   2 uses   3 label or ''   4 ms of the call   5… codes
-- Returns {"written", {"made"|JSON of the code that was there, used}…} | {"no_sale"}
-- Keeps   a repeated call changes nothing, and answers the same: a code with the call's time is one of its own
if redis.call('HGET', KEYS[1], 'createdAt') ~= ARGV[1] then return { 'no_sale' } end
local data = { uses = tonumber(ARGV[2]), at = tonumber(ARGV[4]), label = ARGV[3] ~= '' and ARGV[3] or nil }
local text, rows = cjson.encode(data), { 'written' }
local last = tonumber(redis.call('ZRANGE', KEYS[4], -1, -1, 'WITHSCORES')[2] or 0)
for i = 5, #ARGV do
  local code = ARGV[i]
  local there = redis.call('HGET', KEYS[2], code)
  local known = there and cjson.decode(there)
  local is_own = known and known.at == data.at
  local is_new = not known or known.uses == 0 and not is_own
  if is_new then
    last = last + 1
    redis.call('HSET', KEYS[2], code, text)
    redis.call('ZADD', KEYS[4], string.format('%.0f', last), code)
  end
  rows[i - 3] = { (is_new or is_own) and 'made' or there, tonumber(redis.call('HGET', KEYS[3], code) or 0) }
end
return rows
