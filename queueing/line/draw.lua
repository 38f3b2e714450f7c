-- Gives people who came early the numbers that they have drawn.
--
-- ARGV     persons, each with their ticket and their number
-- answers  the room
-- Several may do so at once: who has been given theirs is not early any more.
if lost then
  return 'lost'
end
local people, tickets, numbers = {}, {}, {}
for i = 2, #ARGV, 3 do
  people[#people + 1], tickets[#tickets + 1], numbers[#numbers + 1] = ARGV[i], ARGV[i + 1], ARGV[i + 2]
end
local gone, places, used = {}, {}, {}
if state.drawing == 1 and #people > 0 then
  for i, ticket in ipairs(redis.call('ZMSCORE', EARLY, unpack(people))) do
    if ticket and tonumber(ticket) == tonumber(tickets[i]) then
      gone[#gone + 1] = people[i]
      used[#used + 1] = ticket
      places[#places + 1] = numbers[i]
      places[#places + 1] = people[i]
    end
  end
end
if #gone > 0 then
  spend(used)
  redis.call('ZREM', EARLY, unpack(gone))
  redis.call('ZADD', LINE, unpack(places))
  set('version', math.max(state.version + 1, now))
end
end_draw()
save()
return room()
