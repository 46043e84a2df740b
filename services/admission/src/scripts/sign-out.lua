#!lua flags=allow-oom
-- sign-out: ends sessions of the console.
-- KEYS    1 operator-sessions   2 operator-log
-- ARGV    1 by   2… hashes of the ids
-- Returns "signed_out" | "unknown"
-- include: clock
-- include: audit-log
if redis.call('HDEL', KEYS[1], unpack(ARGV, 2)) == 0 then return 'unknown' end
audit_log(KEYS[2], 'sign_out', ARGV[1], {})
return 'signed_out'
