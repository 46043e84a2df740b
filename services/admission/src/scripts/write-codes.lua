#!lua
-- write-codes: adds codes to a sale; one that is there already stays as it is.
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
  local there = redis.call('HSETNX', KEYS[2], code, text) == 0 and redis.call('HGET', KEYS[2], code)
  if not there then
    last = last + 1
    redis.call('ZADD', KEYS[4], string.format('%.0f', last), code)
  end
  rows[i - 3] = { (not there or cjson.decode(there).at == data.at) and 'made' or there, tonumber(redis.call('HGET', KEYS[3], code) or 0) }
end
return rows
