-- take_code: one use of an access code belongs to the visitor from now on; false: the code is not good. Who holds one needs no other.
-- k: codes, code_uses, code_holders. A code is { uses, label, at }, JSON; one taken back has no uses.
local function take_code(k, visitor, code)
  if redis.call('HEXISTS', k.code_holders, visitor) == 1 then return true end
  local text = code and redis.call('HGET', k.codes, code)
  if not text or tonumber(redis.call('HGET', k.code_uses, code) or 0) >= cjson.decode(text).uses then return false end
  redis.call('HINCRBY', k.code_uses, code, 1)
  redis.call('HSET', k.code_holders, visitor, code)
  return true
end
