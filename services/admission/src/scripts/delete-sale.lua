#!lua flags=allow-oom
-- delete-sale: removes a closed sale with all its keys; also the rest of a broken one, whatever the types of its keys.
-- KEYS    1 sale   2 stock   3 flow   4 events   5… every other key of the sale   last audit-log, which stays
-- ARGV    1 by
-- Returns "deleted" | "not_closed" | "pass_is_live" | "no_sale"
-- Keeps   I2: all keys go in one step
-- include: clock
-- include: status
-- include: audit-log
local kinds = { 'hash', 'hash', 'hash', 'stream' }
local whole = true
for i, kind in ipairs(kinds) do whole = whole and redis.call('TYPE', KEYS[i]).ok == kind end
-- A sale that lacks one of these cannot be closed, because closing writes an event.
local status = whole and status_of(KEYS[1])
if status and status ~= 'closed' then return 'not_closed' end
if whole and tonumber(redis.call('HGET', KEYS[3], 'passUntil') or 0) * 1000 > now then return 'pass_is_live' end
if redis.call('UNLINK', unpack(KEYS, 1, #KEYS - 1)) == 0 then return 'no_sale' end
audit_log(KEYS[#KEYS], 'delete', ARGV[1], {})
return 'deleted'
