#!lua flags=allow-oom
-- expire: ends the stays whose deadline has passed; each returns its slot and its held tickets. Forgets redemptions that are replayed no more. Safe to run twice.
-- KEYS    1 active   2 sessions   3 ended   4 flow   5 events   6 holds   7 hold-data   8 stock   9 sale
--         10 passes   11 stays   12 tickets   13 bought   14 code-uses   15 code-holders   16 replays
-- ARGV    1 cap
-- Returns {claim missed, session over}
-- Keeps   I1, I7 every end frees the slot, I9, I12
-- include: clock
-- include: emit
-- include: release
-- include: pass
-- include: replays
-- include: code-use
-- include: expire
-- include: windows
local k = { active = KEYS[1], sessions = KEYS[2], ended = KEYS[3], flow = KEYS[4], events = KEYS[5], holds = KEYS[6],
  hold_data = KEYS[7], stock = KEYS[8], passes = KEYS[10], stays = KEYS[11], tickets = KEYS[12], bought = KEYS[13], code_uses = KEYS[14], code_holders = KEYS[15],
  replays = KEYS[16] }
clamp_deadlines(k.active, (longest_windows(KEYS[9])), ARGV[1])
local count = { claim_missed = 0, session_over = 0 }
for _, visitor in ipairs(redis.call('ZRANGEBYSCORE', k.active, '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])) do
  local reason = expire_visitor(k, visitor)
  count[reason] = count[reason] + 1
end
drop_replays(k, limits.replaysPerTick)
return { count.claim_missed, count.session_over }
