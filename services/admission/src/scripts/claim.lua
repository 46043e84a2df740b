#!lua flags=allow-oom
-- claim: turns the claim window into the full session; a repeated claim changes nothing.
-- KEYS    1 sale   2 active   3 sessions   4 flow   5 events
-- ARGV    per visitor: id, generation in the token or '' for any
-- Returns {{"claimed"|"already", until ms} | {"not_admitted", 0}…} | {} when there is no sale
-- Keeps   I2, I9, I11 a token of another generation of the sale is not valid for this one, I12
-- include: clock
-- include: traces
-- include: emit
local sale = redis.call('HMGET', KEYS[1], 'sessionSeconds', 'createdAt')
local session = tonumber(sale[1] or nil)
if not session then return {} end
local answers = {}
for i = 1, #ARGV / 2 do
  local visitor, generation = ARGV[2 * i - 1], ARGV[2 * i]
  local deadline = tonumber(redis.call('ZSCORE', KEYS[2], visitor) or nil)
  if not deadline or deadline <= now or generation ~= '' and generation ~= sale[2] then
    answers[i] = { 'not_admitted', 0 }
  elseif redis.call('HEXISTS', KEYS[3], visitor) == 1 then
    answers[i] = { 'already', deadline }
  else
    deadline = now + session * 1000
    emit(KEYS[4], KEYS[5], 'claimed', { visitor = visitor, untilMs = deadline }, traces[i])
    redis.call('ZADD', KEYS[2], string.format('%.0f', deadline), visitor)
    redis.call('HSET', KEYS[3], visitor, '')
    redis.call('HINCRBY', KEYS[4], 'claimed', 1)
    answers[i] = { 'claimed', deadline }
  end
end
return answers
