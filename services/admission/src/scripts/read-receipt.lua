#!lua flags=no-writes
-- read-receipt: what a receipt says of a visitor's place.
-- KEYS    1 sale   2 queue   3 lobby
-- ARGV    1 visitor
-- Returns {generation, now ms, "waiting", seq, root or ''} | {generation, now ms, "lobby", joined ms, commitment} | {generation, now ms, "absent"} | {}
-- include: clock
-- include: status
local status, phase, order = status_of(KEYS[1])
if not status then return {} end
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'commitment', 'drawRoot', 'drawnAt')
local head = { sale[1], string.format('%.0f', now) }
local is_over = status == 'closed' and order == 'random' and (phase == 'ahead' or phase == 'drawing')
local seq = not is_over and redis.call('ZSCORE', KEYS[2], ARGV[1])
if seq then return { head[1], head[2], 'waiting', seq, sale[4] and sale[3] or '' } end
local joined = not is_over and tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or 0) or 0
if joined > 0 then return { head[1], head[2], 'lobby', string.format('%.0f', joined), sale[2] or '' } end
return { head[1], head[2], 'absent' }
