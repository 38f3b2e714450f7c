-- ARGV     person, until when a hold or a payment keeps them active at least
-- answers  how they stand
if lost then
  return 'lost'
end
prolong(ARGV[2], tonumber(ARGV[3]))
return tell(ARGV[2])
