-- Gives somebody back the admission that a loss has taken, by a pass that is still good.
--
-- ARGV     person, epoch of the pass
-- answers  how they stand, or 'void': of another epoch, or revoked
local person, epoch = ARGV[2], tonumber(ARGV[3])
if lost then
  return 'lost'
end
if epoch ~= state.epoch or redis.call('ZSCORE', GONE, person) then
  return 'void'
end
if not redis.call('ZSCORE', ACTIVE, person) then
  step_out(person)
  redis.call('ZADD', ACTIVE, now + state.idle_ms, person)
end
beat(person)
save()
return tell(person)
