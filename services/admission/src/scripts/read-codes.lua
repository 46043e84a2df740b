#!lua flags=no-writes
-- read-codes: a page of access codes, in the order in which they were made.
-- KEYS    1 sale   2 codes   3 code-uses   4 code-order
-- ARGV    1 number of the last code of the page before, or 0   2 codes at most
-- Returns {number of the last code or 0, generation of the sale, {code, JSON, used}…} | {} when there is no sale
local generation = redis.call('HGET', KEYS[1], 'createdAt')
if not generation then return {} end
local found = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local rows, codes = { 0, generation }, {}
if #found == 0 then return rows end
for i = 1, #found, 2 do codes[#codes + 1] = found[i] end
local texts, used = redis.call('HMGET', KEYS[2], unpack(codes)), redis.call('HMGET', KEYS[3], unpack(codes))
rows[1] = tonumber(found[#found])
for i, code in ipairs(codes) do
  if texts[i] then rows[#rows + 1] = { code, texts[i], tonumber(used[i] or 0) } end
end
return rows
