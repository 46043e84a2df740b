#!lua
-- note-creation: a sale was created, for the log of the installation. The sale's own log has it, too.
-- KEYS    1 operator-log
-- ARGV    1 by   2 id of the sale   3 its title
-- Returns "noted" | "without_id"
-- include: clock
-- include: audit-log
if ARGV[2] == '' then return 'without_id' end
audit_log(KEYS[1], 'create', ARGV[1], { saleId = ARGV[2], title = ARGV[3] })
return 'noted'
