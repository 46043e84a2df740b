#!lua flags=allow-oom
-- sign-in: a new session of an operator, in the place of those that the caller had; sessions that are over go, and the oldest of an operator who has too many.
-- KEYS    1 operator-sessions   2 operator-log
-- ARGV    1 by   2 hash of the new id   3 fingerprint of the operator   4… hashes of sessions that end
-- Returns "signed_in" | "exists"
-- include: clock
-- include: audit-log
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return 'exists' end
if #ARGV > 3 then redis.call('HDEL', KEYS[1], unpack(ARGV, 4)) end
local all = redis.call('HGETALL', KEYS[1])
local mine, oldest, oldest_end = 0, nil, nil
for i = 1, #all, 2 do
  local text, fingerprint = string.match(all[i + 1], '^(%d+) (%S+)$')
  local ends = tonumber(text or 0)
  if ends <= now then redis.call('HDEL', KEYS[1], all[i])
  elseif fingerprint == ARGV[3] then
    mine = mine + 1
    if not oldest or ends < oldest_end then oldest, oldest_end = all[i], ends end
  end
end
if mine >= limits.sessionsPerOperator then redis.call('HDEL', KEYS[1], oldest) end
redis.call('HSET', KEYS[1], ARGV[2], string.format('%.0f %s', now + limits.operatorSessionMs, ARGV[3]))
redis.call('PEXPIRE', KEYS[1], limits.operatorSessionMs)
audit_log(KEYS[2], 'sign_in', ARGV[1], {})
return 'signed_in'
