-- ARGV     the settings: names and values, their version being the first
-- answers  the room
-- Settings that come late, after newer ones, change nothing.
if lost then
  return 'lost'
end
if tonumber(ARGV[3]) >= state.settings_version then
  for i = 2, #ARGV, 2 do
    set(ARGV[i], tonumber(ARGV[i + 1]) or ARGV[i + 1])
  end
  set('calm_since', 0)
  set('version', math.max(state.version + 1, now))
  save()
end
return room()
