-- Begins the line where Redis knows nothing of it, or begins it anew in a later epoch.
--
-- ARGV     epoch; the last number that may have been given before; up to where numbers may be
--          given now; how many have drawn in this epoch; then the settings: names and values
-- answers  the room
-- Several may call it at once: all of a line's blocks are its own, so that the greatest end holds.
local epoch, before, reserved = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local LATE = 900000 -- so long after its time a line may still have to open

-- Those who came early may have been lost before they drew: they have to be back to do so.
local function open_late()
  local at = state.opens_at
  if at > 0 and before > 0 and state.num_early == 0 and now < at + LATE then
    set('opens_late', state.recovering_until)
  end
end

if lost then
  redis.call('UNLINK', unpack(KEYS))
  for i = 6, #ARGV, 2 do
    set(ARGV[i], tonumber(ARGV[i + 1]) or ARGV[i + 1])
  end
  set('epoch', epoch)
  set('before', before)
  set('next', before)
  set('num_early', tonumber(ARGV[5]))
  set('run', server_run())
  set('heard', now)
  set('ticked', now)
  recover()
  open_late()
elseif epoch > state.epoch then
  set('epoch', epoch)
  set('before', 0)
  for _, name in ipairs({ 'early', 'num_early', 'drawing', 'opens_late' }) do
    set(name, 0)
  end
  redis.call('UNLINK', LINE, SEEN, ACTIVE, CALLED, GONE, SPENT, EARLY)
end
set('reserved', math.max(reserved, state.reserved))
set('version', math.max(state.version + 1, now))
save()
return room()
