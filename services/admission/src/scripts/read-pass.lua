#!lua flags=no-writes
-- read-pass: the state of a stay in the shop.
-- KEYS    1 active   2 sessions   3 passes   4 stays   5 holds   6 hold-data
-- ARGV    1 pass id
-- Returns {"active"|"completed"|"expired", visitor, exp s, hold JSON or ''} | {"pass_not_found"}
-- include: clock
-- include: stay
local k = { active = KEYS[1], sessions = KEYS[2], passes = KEYS[3], stays = KEYS[4], holds = KEYS[5], hold_data = KEYS[6] }
local data, deadline = stay_of(k, ARGV[1])
if not data or not data.liveAt then return { 'pass_not_found' } end
if data.completedAt then return { 'completed', data.visitor, data.exp, '' } end
return { deadline and 'active' or 'expired', data.visitor, data.exp, deadline and living_hold(k, data.visitor) or '' }
