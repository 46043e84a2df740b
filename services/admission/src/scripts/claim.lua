#!lua flags=allow-oom
-- claim: turns the claim window into the full session; a repeated claim changes nothing.
-- KEYS    1 sale   2 active   3 sessions   4 flow   5 events
-- ARGV    visitors
-- Returns {{"claimed"|"already", until ms} | {"not_admitted", 0}…} | {} when there is no sale
-- Keeps   I2, I9, I12
-- include: clock
-- include: traces
-- include: emit
local session = tonumber(redis.call('HGET', KEYS[1], 'sessionSeconds') or nil)
if not session then return {} end
local answers = {}
for i, visitor in ipairs(ARGV) do
  local deadline = tonumber(redis.call('ZSCORE', KEYS[2], visitor) or nil)
  if not deadline or deadline <= now then
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
