#!lua flags=allow-oom
-- delete-sale: removes a closed sale with all its keys; also the rest of a broken one, whatever the types of its keys. A rehearsal whose time is over goes in any
--              status, and with its audit log.
-- KEYS    1 sale   2 stock   3 flow   4 events   5… every other key of the sale   last audit-log, which else stays
-- ARGV    1 by
-- Returns "deleted" | "not_closed" | "pass_is_live" | "no_sale"
-- Keeps   I2: all keys go in one step
-- include: clock
-- include: status
-- include: audit-log
local is_over = redis.call('TYPE', KEYS[1]).ok == 'hash' and tonumber(redis.call('HGET', KEYS[1], 'rehearsalUntil') or '')
is_over = is_over and is_over <= now
local kinds = { 'hash', 'hash', 'hash', 'stream' }
local whole = true
for i, kind in ipairs(kinds) do whole = whole and redis.call('TYPE', KEYS[i]).ok == kind end
-- A sale that lacks one of these cannot be closed, because closing writes an event.
local status = whole and status_of(KEYS[1])
if status and status ~= 'closed' and not is_over then return 'not_closed' end
if whole and not is_over and tonumber(redis.call('HGET', KEYS[3], 'passUntil') or 0) * 1000 > now then return 'pass_is_live' end
if redis.call('UNLINK', unpack(KEYS, 1, #KEYS - 1)) == 0 then return 'no_sale' end
if is_over then redis.call('UNLINK', KEYS[#KEYS]) else audit_log(KEYS[#KEYS], 'delete', ARGV[1], {}) end
return 'deleted'
