-- ARGV     persons, each with until when a hold or a payment keeps them active at least
-- answers  how many are active longer by it
if lost then
  return 'lost'
end
local leases = {}
for i = 2, #ARGV, 2 do
  leases[#leases + 1] = ARGV[i + 1]
  leases[#leases + 1] = ARGV[i]
end
return redis.call('ZADD', ACTIVE, 'GT', 'XX', 'CH', unpack(leases))
