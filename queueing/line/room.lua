-- answers  the room; nothing changes
if lost then
  return 'lost'
end
return room()
