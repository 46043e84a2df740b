#!lua flags=allow-oom
-- delete-sale: removes a closed sale and everything of it.
-- KEYS    1 sale   2… every other key of the sale   last: trail, which stays
-- ARGV    1 by
-- Returns "deleted" | "not_closed" | "no_sale"
-- Keeps   I2: all keys go in one step
-- include: clock
-- include: status
-- include: trail
local status = status_of(KEYS[1])
if not status then return 'no_sale' end
if status ~= 'closed' then return 'not_closed' end
redis.call('UNLINK', unpack(KEYS, 1, #KEYS - 1))
trail(KEYS[#KEYS], 'delete', ARGV[1], {})
return 'deleted'
