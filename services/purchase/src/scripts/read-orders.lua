#!lua flags=no-writes
-- read-orders: a page of a sale's orders, newest first. A page of a state or a query may be short or empty while there is more.
-- KEYS    1 sale   2 flow   3 purchases   4 receipts   5 orders   6 order-words
-- ARGV    1 next of the page before or ''   2 orders at most   3 state or ''   4 query or '': a purchase id or six characters of it, a visitor, a reference
-- Returns {next, generation of the sale, JSON…}   next: '' at the end, 'old' when those from before the list are all that is left | {} when there is no sale
local generation = redis.call('HGET', KEYS[1], 'createdAt')
if not generation then return {} end
local most, state, query = tonumber(ARGV[2]), ARGV[3], ARGV[4]
local total = tonumber(redis.call('HGET', KEYS[2], 'purchased') or 0)
-- Purchases from before the list; the first one in it has the next number.
local old = math.max(0, total - redis.call('LLEN', KEYS[5]))
local before = ARGV[1] == '' and total + 1 or math.min(tonumber(ARGV[1]), total + 1)
local rest = old > 0 and 'old' or ''

local function is_asked(json)
  if state ~= '' and (string.find(json, '"cancelledAtMs":', 1, true) and 'cancelled' or 'paid') ~= state then return false end
  if query == '' then return true end
  local order = cjson.decode(json)
  local function begins(with) return string.sub(order.purchaseId, 1, #with) == with end
  return order.reference == query or (#query >= 6 and begins(query)) or (#query == 6 and begins('p_' .. query)) or order.visitor == query
end
-- page: those of the ids that are asked for; cursors[i]: next after ids[i]. more: next after the last one.
local function page(ids, cursors, more)
  local found, jsons = { more, generation }, #ids > 0 and redis.call('HMGET', KEYS[3], unpack(ids)) or {}
  for i, json in ipairs(jsons) do
    if json and is_asked(json) then
      found[#found + 1] = json
      if #found == most + 2 and i < #ids then found[1] = cursors[i] break end
    end
  end
  return found
end

if query ~= '' and redis.call('HEXISTS', KEYS[3], query) == 1 then return page({ query }, {}, '') end
local own = query ~= '' and redis.call('HGET', KEYS[4], query)
local ids, cursors = {}, {}
if own then
  -- Its cursor is a place in the visitor's own list.
  own = cjson.decode(own)
  for i = math.min(ARGV[1] == '' and #own or tonumber(ARGV[1]) - 1, #own), 1, -1 do
    if #ids == limits.ordersPerCall then return page(ids, cursors, cursors[#ids]) end
    ids[#ids + 1], cursors[#cursors + 1] = own[i], tostring(i)
  end
  return page(ids, cursors, '')
end
if query == '' and state ~= 'cancelled' then
  local first = math.max(old + 1, before - limits.ordersPerCall)
  local listed = before > first and redis.call('LRANGE', KEYS[5], first - old - 1, before - old - 2) or {}
  for i = #listed, 1, -1 do ids[#ids + 1], cursors[#cursors + 1] = listed[i], string.format('%.0f', first + i - 1) end
  if state == '' then for i = #ids, most + 1, -1 do ids[i] = nil end end
  return page(ids, cursors, #ids > 0 and (tonumber(cursors[#ids]) > old + 1) and cursors[#ids] or rest)
end
local words = { query == '' and 'c' or 'r' .. query, #query >= 6 and 'i' .. string.sub(query, 1, 6) or nil }
if #query == 6 then words[3] = 'ip_' .. string.sub(query, 1, 4) end
local numbers, cut, cap = {}, 0, math.min(most, limits.ordersFoundPerCall)
for _, word in ipairs(words) do
  local last = '(' .. word .. '\1' .. string.format('%010.0f', before)
  local found = redis.call('ZREVRANGEBYLEX', KEYS[6], last, '[' .. word .. '\1', 'LIMIT', 0, cap)
  for _, member in ipairs(found) do numbers[#numbers + 1] = tonumber(string.sub(member, -10)) end
  -- Of this word there may be more below.
  if #found == cap then cut = math.max(cut, numbers[#numbers]) end
end
table.sort(numbers, function(a, b) return a > b end)
for i, n in ipairs(numbers) do
  if n >= cut and n ~= numbers[i - 1] then
    ids[#ids + 1], cursors[#cursors + 1] = redis.call('LINDEX', KEYS[5], n - old - 1) or '', string.format('%.0f', n)
  end
end
return page(ids, cursors, cut > 0 and string.format('%.0f', cut) or rest)
