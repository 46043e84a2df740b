-- shop_key_used: of a sale the audit log says once that a shop key was used, whichever call was the first. name: '' for a caller without one; by: see audit_log.
local function shop_key_used(flow_key, audit_log_key, name, by)
  if name ~= '' and redis.call('HSETNX', flow_key, 'shopKey ' .. name, '1') == 1 then audit_log(audit_log_key, 'shop_key', by, { name = name }) end
end
