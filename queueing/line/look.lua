-- ARGV     person
-- answers  how they stand; nothing changes
if lost then
  return 'lost'
end
return tell(ARGV[2])
