#!lua flags=allow-oom
-- issue-ticket: a ticket for a visitor inside, in place of the one before; asking is a claim, and the first ticket gives the stay its pass id.
-- KEYS    1 sale   2 active   3 sessions   4 flow   5 events   6 passes   7 stays   8 tickets
-- ARGV    1 visitor   2 hash of the ticket   3 pass id, if the stay has none   4 return address   5 returnUrls it was judged by
--         6 generation in the token, '' for any
-- Returns {"issued", ticket until ms, exp s} | {"not_admitted"} | {"sale_not_open"} closed | {"limit_exceeded"} | {"changed"} other returnUrls now | {"no_sale"}
-- Keeps   I2, I9, I11 a token of another generation of the sale is not valid for this one, I12, P1, P3
-- include: clock
-- include: traces
-- include: status
-- include: emit
-- include: pass
local k = { passes = KEYS[6], stays = KEYS[7], tickets = KEYS[8] }
local visitor, hash = ARGV[1], ARGV[2]
local sale = redis.call('HMGET', KEYS[1], 'sessionSeconds', 'returnUrls', 'createdAt')
if not sale[1] then return { 'no_sale' } end
if (sale[2] or '') ~= ARGV[5] then return { 'changed' } end
local deadline = tonumber(redis.call('ZSCORE', KEYS[2], visitor) or 0)
if ARGV[6] ~= '' and ARGV[6] ~= sale[3] then return { 'not_admitted' } end
if deadline <= now then return { 'not_admitted' } end
if status_of(KEYS[1]) == 'closed' then return { 'sale_not_open' } end
local pass, data = pass_of(k, visitor)
if pass and data.tickets >= limits.ticketsPerStay then return { 'limit_exceeded' } end

if redis.call('HEXISTS', KEYS[3], visitor) == 0 then
  deadline = now + tonumber(sale[1]) * 1000
  emit(KEYS[4], KEYS[5], 'claimed', { visitor = visitor, untilMs = deadline }, traces[1])
  redis.call('ZADD', KEYS[2], string.format('%.0f', deadline), visitor)
  redis.call('HSET', KEYS[3], visitor, '')
  redis.call('HINCRBY', KEYS[4], 'claimed', 1)
end
if not pass then
  pass, data = ARGV[3], { visitor = visitor, tickets = 0, extensions = 0 }
  emit(KEYS[4], KEYS[5], 'pass_issued', { visitor = visitor, passId = pass, untilMs = deadline }, traces[1])
  redis.call('HSET', k.stays, visitor, pass)
end
if data.ticket then redis.call('HDEL', k.tickets, data.ticket) end
data.tickets, data.ticket, data.ticketAt, data.returnUrl = data.tickets + 1, hash, now, ARGV[4]
data.exp = math.max(data.exp or 0, math.floor(deadline / 1000))
redis.call('HSET', k.tickets, hash, pass)
redis.call('HSET', k.passes, pass, cjson.encode(data))
return { 'issued', math.min(now + limits.ticketMs, deadline), data.exp }
