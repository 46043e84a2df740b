#!lua
-- note-rehearsal: a rehearsal of a sale begins, for the audit log of the sale. The copy's own log has its creation.
-- KEYS    1 sale   2 audit-log
-- ARGV    1 by   2 id of the rehearsal   3 JSON of its people
-- Returns "noted" | "no_sale"
-- include: clock
-- include: audit-log
if redis.call('EXISTS', KEYS[1]) == 0 then return 'no_sale' end
local detail = cjson.decode(ARGV[3])
detail.rehearsal = ARGV[2]
audit_log(KEYS[2], 'rehearse', ARGV[1], detail)
return 'noted'
