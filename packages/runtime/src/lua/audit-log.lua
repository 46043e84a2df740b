-- audit_log: appends an operator's action, in the same step. by: JSON {operator, address}. A key of another type is ignored.
local function audit_log(audit_log_key, action, by, detail)
  redis.pcall('XADD', audit_log_key, 'MAXLEN', '~', limits.auditLogEntries, '*', 'at', string.format('%.0f', now), 'action', action, 'by', by, 'detail', cjson.encode(detail))
end
