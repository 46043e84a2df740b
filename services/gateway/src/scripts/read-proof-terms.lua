#!lua flags=no-writes
-- read-proof-terms: what a challenge of a sale says and costs.
-- KEYS    1 sale   2 flow
-- Returns {generation, proofOfWork, proofOfWorkSeconds, proofLevel, status}, '' for what is not there | {} when there is no sale
-- include: clock
-- include: status
local sale = redis.call('HMGET', KEYS[1], 'createdAt', 'proofOfWork', 'proofOfWorkSeconds')
if not sale[1] then return {} end
return { sale[1], sale[2] or '', sale[3] or '', redis.call('HGET', KEYS[2], 'proofLevel') or '', (status_of(KEYS[1])) }
