-- ARGV     up to where numbers may be given now, which PostgreSQL remembers already
-- answers  the room
if lost then
  return 'lost'
end
set('reserved', math.max(tonumber(ARGV[2]), state.reserved))
save()
return room()
