#!lua flags=no-writes
-- read-session: whose a session of the console is.
-- KEYS    1 operator-sessions
-- ARGV    hashes of the ids of sessions
-- Returns {"signed_in", fingerprint of the operator…} of those that live | {"signed_out"}
-- include: clock
local found = { 'signed_in' }
for _, value in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV))) do
  local ends, fingerprint = string.match(value or '', '^(%d+) (%S+)$')
  if ends and tonumber(ends) > now then found[#found + 1] = fingerprint end
end
return #found > 1 and found or { 'signed_out' }
