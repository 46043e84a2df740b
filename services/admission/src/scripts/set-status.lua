#!lua flags=allow-oom
-- set-status: the operator's verbs, as in packages/contracts/src/sale-status.ts.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 queue   6 lobby   7 departed bitmap   8 code-uses
--         9 code-holders   10 planned
-- ARGV    1 by   2 open | pause | resume | close   3 reason, '' for an operator's action   4 expected version or ''
-- Returns {"changed"|"unchanged"|"invalid"|"conflict", status, version before} | {"no_sale", ""}
-- Keeps   I9; a repeated verb changes nothing
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: verb
-- include: audit-log
local k = { sale = KEYS[1], flow = KEYS[2], events = KEYS[3], queue = KEYS[5], lobby = KEYS[6], departed = KEYS[7], code_uses = KEYS[8],
  code_holders = KEYS[9], planned = KEYS[10] }
local outcome, status, from, version = run_verb(k, ARGV[2], tonumber(ARGV[4]))
if not outcome then return { 'no_sale', '' } end
if outcome == 'changed' then
  audit_log(KEYS[4], ARGV[2], ARGV[1], { from = from, why = ARGV[3] ~= '' and ARGV[3] or nil }, { status = from }, { status = status })
end
return { outcome, status, version }
