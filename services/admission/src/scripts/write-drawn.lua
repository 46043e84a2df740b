#!lua flags=allow-oom
-- write-drawn: one page of the drawn order becomes the line, with its event. The last page reveals the seed and opens the sale.
-- KEYS    1 sale   2 flow   3 events   4 queue   5 lobby   6 departed bitmap   7 draw-seed
-- ARGV    1 epoch   2 first seq   3 "1" for the last page   4… visitors in order
-- Returns "written" | "no_sale" | "over" | "fenced" | "another": the page is not the next one, or nothing is frozen
-- Keeps   D1 after the root is public; D2 each entry one seq; D4 pages follow each other, each once; D5 the seed is read here, at the end, and not before; I9
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: lobby
-- include: drawing
local why = drawing(KEYS[1], KEYS[2], ARGV[1])
if why then return why end
local from, n, complete = tonumber(ARGV[2]), #ARGV - 3, ARGV[3] == '1'
local written = tonumber(redis.call('HGET', KEYS[2], 'drawn') or 0)
if from <= written then return 'written' end
local sale = redis.call('HMGET', KEYS[1], 'drawCount', 'pauseAfterDraw', 'beaconStatus')
if from ~= written + 1 or not sale[1] or sale[3] == 'pending' or complete ~= (written + n == tonumber(sale[1])) then return 'another' end

local visitors, places, left = {}, {}, {}
local joined = n > 0 and redis.call('ZMSCORE', KEYS[5], unpack(ARGV, 4)) or {}
for i = 1, n do
  local visitor, seq = ARGV[i + 3], from + i - 1
  if not joined[i] then return 'another' end
  visitors[i] = visitor
  if tonumber(joined[i]) > 0 then
    places[#places + 1] = string.format('%.0f', seq)
    places[#places + 1] = visitor
  else
    left[#left + 1] = seq
  end
end
local data = { from = from, visitors = visitors, left = #left > 0 and left or nil, waiting = redis.call('ZCARD', KEYS[4]) + unplaced(KEYS[2], KEYS[4], KEYS[5]) }
if n == 0 then data.visitors = cjson.decode('[]') end
if complete then
  local seed = redis.call('GET', KEYS[7])
  data.complete = true
  data.seed = (string.gsub(seed, '.', function(byte) return string.format('%02x', string.byte(byte)) end))
end
emit(KEYS[2], KEYS[3], 'drawn', data)
if #places > 0 then redis.call('ZADD', KEYS[4], unpack(places)) end
for _, seq in ipairs(left) do redis.call('SETBIT', KEYS[6], seq, 1) end
redis.call('HSET', KEYS[2], 'drawn', string.format('%.0f', written + n))
if complete then
  redis.call('HSET', KEYS[1], 'drawnAt', string.format('%.0f', now), 'seed', data.seed, 'pauseAfterDraw', '')
  redis.call('UNLINK', KEYS[5])
  move({ sale = KEYS[1], flow = KEYS[2], events = KEYS[3], queue = KEYS[4], lobby = KEYS[5], departed = KEYS[6] }, sale[2] == '1' and 'paused' or 'open')
end
return 'written'
