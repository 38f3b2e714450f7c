-- Calls people above all limits, as an operator wishes.
--
-- ARGV     how many, of which a batch at most
-- answers  the people called with their numbers, then the room
if lost then
  return 'lost'
end
local called = state.drawing == 0 and call(math.min(tonumber(ARGV[2]), BATCH)) or {}
set('version', math.max(state.version + 1, now))
save()
return { called, room() }
