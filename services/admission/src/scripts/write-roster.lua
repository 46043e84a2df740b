#!lua
-- write-roster: one page of the roster, before it is frozen. Every leader computes the same bytes, so running twice changes nothing.
-- KEYS    1 sale   2 flow   3 roster
-- ARGV    1 epoch   2 page   3 entries
-- Returns "written" | "no_sale" | "over" | "fenced"
-- include: clock
-- include: status
-- include: drawing
local why = drawing(KEYS[1], KEYS[2], ARGV[1])
if why then return why end
if not redis.call('HGET', KEYS[1], 'frozenAt') then redis.call('HSET', KEYS[3], ARGV[2], ARGV[3]) end
return 'written'
