-- ARGV     person, who has their page open
-- answers  how they stand
if lost then
  return 'lost'
end
beat(ARGV[2])
save()
return tell(ARGV[2])
