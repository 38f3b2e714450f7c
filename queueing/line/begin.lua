-- Begins the line where Redis knows nothing of it, or begins it anew in a later epoch.
--
-- ARGV     epoch; the last number that may have been given before; up to where numbers may be
--          given now; then the settings: names and values
-- answers  the room
-- Several may call it at once: all of a line's blocks are its own, so that the greatest end holds.
local epoch, before, reserved = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

if lost then
  redis.call('UNLINK', unpack(KEYS))
  for i = 5, #ARGV, 2 do
    set(ARGV[i], tonumber(ARGV[i + 1]) or ARGV[i + 1])
  end
  set('epoch', epoch)
  set('before', before)
  set('next', before)
  set('run', server_run())
  set('heard', now)
  set('ticked', now)
  recover()
elseif epoch > state.epoch then
  set('epoch', epoch)
  set('before', 0)
  redis.call('UNLINK', LINE, SEEN, ACTIVE, CALLED, GONE, SPENT)
end
set('reserved', math.max(reserved, state.reserved))
set('version', math.max(state.version + 1, now))
save()
return room()
