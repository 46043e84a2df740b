#!lua flags=allow-oom
-- advance-offset: a write that changes nothing, so that a WAIT on its connection covers all that was written before, also by others.
-- KEYS    1 flow
-- Returns "advanced" | "no_sale"
-- Keeps   I9 no event, because nobody sees a change
if redis.call('EXISTS', KEYS[1]) == 0 then return 'no_sale' end
redis.call('HSET', KEYS[1], 'offsetMark', '1')
return 'advanced'
