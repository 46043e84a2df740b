-- give_back_code: a place that ended with nothing bought returns its use of an access code, once. k: bought, code_uses, code_holders.
local function give_back_code(k, visitor)
  local code = redis.call('HGET', k.code_holders, visitor)
  -- A trailing + marks a purchase at a gate, which has no count of what was bought; see keep_code.
  if not code or string.sub(code, -1) == '+' or tonumber(redis.call('HGET', k.bought, visitor) or 0) > 0 then return end
  redis.call('HDEL', k.code_holders, visitor)
  if redis.call('HINCRBY', k.code_uses, code, -1) <= 0 then redis.call('HDEL', k.code_uses, code) end
end
-- keep_code: a stay at a gate that ended with a purchase: its use stays, and the visitor may join again without another.
local function keep_code(k, visitor)
  local code = redis.call('HGET', k.code_holders, visitor)
  if code and string.sub(code, -1) ~= '+' then redis.call('HSET', k.code_holders, visitor, code .. '+') end
end
