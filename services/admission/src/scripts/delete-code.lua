#!lua flags=allow-oom
-- delete-code: takes an access code back; the places that it gave stay, and so does their count. A mark stays in its place, smaller than the code: one
--              without uses, of the time of the call that made it, which write-codes does not write again for that call.
-- KEYS    1 sale   2 codes   3 code-order   4 audit-log
-- ARGV    1 by   2 code
-- Returns "deleted" | "code_not_found" | "no_sale"
-- include: clock
-- include: audit-log
if redis.call('EXISTS', KEYS[1]) == 0 then return 'no_sale' end
local text = redis.call('HGET', KEYS[2], ARGV[2])
local data = text and cjson.decode(text)
if not text or data.uses == 0 then return 'code_not_found' end
redis.call('HSET', KEYS[2], ARGV[2], cjson.encode({ uses = 0, at = data.at }))
redis.call('ZREM', KEYS[3], ARGV[2])
-- The code itself is a secret of a kind, and is not logged.
audit_log(KEYS[4], 'take_back_code', ARGV[1], { uses = data.uses, label = data.label })
return 'deleted'
