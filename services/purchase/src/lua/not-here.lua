-- not_here: why nothing is bought or confirmed in this sale by its visitors: a gate has nothing, and some shops confirm themselves.
local function not_here(sale_key, confirms)
  local sale = redis.call('HMGET', sale_key, 'kind', 'confirmBy')
  if sale[1] == 'gate' then return 'sale_is_gate' end
  return confirms and sale[2] == 'shop' and 'confirm_by_shop' or nil
end
