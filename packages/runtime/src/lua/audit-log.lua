-- audit_log: appends an operator's action, in the same step. by: JSON {operator, address}; before, after: what it replaced and by what, or nil. Entries beyond the number and the age that are kept go. A key of another type is ignored.
local function audit_log(audit_log_key, action, by, detail, before, after)
  redis.pcall('XADD', audit_log_key, 'MAXLEN', limits.auditLogEntries, '*', 'at', string.format('%.0f', now), 'action', action, 'by', by, 'detail', cjson.encode(detail), 'before', before and cjson.encode(before) or '', 'after', after and cjson.encode(after) or '')
  redis.pcall('XTRIM', audit_log_key, 'MINID', string.format('%.0f', now - limits.auditLogMs))
  redis.pcall('PEXPIRE', audit_log_key, string.format('%.0f', limits.auditLogMs))
end
