#!lua
-- note-wrong-token: counts a wrong token of an operator by address; those within the limit are in the log of failed sign-ins.
-- KEYS    1 wrong-tokens   2 failed-sign-ins
-- ARGV    1 address that limits count by   2 wrong ones a minute, 0 for any number   3 by
-- Returns {"counted" | "limited", ms until counting begins anew}
-- include: clock
-- include: audit-log
local stored, started = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%d+)$')
local count, since = tonumber(stored or 0), tonumber(started or 0)
if since + limits.wrongTokensMs <= now then count, since = 0, now end
if redis.call('HLEN', KEYS[1]) >= limits.wrongTokenAddresses then redis.call('UNLINK', KEYS[1]) end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %.0f', count + 1, since))
redis.call('PEXPIRE', KEYS[1], limits.wrongTokensMs)
local most = tonumber(ARGV[2])
local is_limited = most > 0 and count >= most
if not is_limited then audit_log(KEYS[2], 'sign_in_failed', ARGV[3], {}) end
return { is_limited and 'limited' or 'counted', since + limits.wrongTokensMs - now }
