#!lua flags=allow-oom
-- prune-sessions: ends the sessions of operators that the settings do not have any more.
-- KEYS    1 operator-sessions
-- ARGV    fingerprints of all operators
-- Returns "pruned" | "unchanged"
local known = {}
for _, fingerprint in ipairs(ARGV) do known[fingerprint] = true end
local all = redis.call('HGETALL', KEYS[1])
local removed = 0
for i = 1, #all, 2 do
  if not known[string.match(all[i + 1], '^%d+ (%S+)$') or ''] then removed = removed + redis.call('HDEL', KEYS[1], all[i]) end
end
return removed > 0 and 'pruned' or 'unchanged'
