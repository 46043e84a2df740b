#!lua flags=no-writes
-- read-members: how the members of a sale are known.
-- KEYS    1 sale hash
-- Returns {version, identity, members as JSON}, '' for what is not there | {} when there is no sale
local sale = redis.call('HMGET', KEYS[1], 'version', 'identity', 'members')
if not sale[1] then return {} end
return { sale[1], sale[2] or '', sale[3] or '' }
