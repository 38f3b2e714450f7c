-- Gives somebody back the place that a loss has taken, by its proof.
--
-- ARGV     person, number, epoch
-- answers  how they stand, or 'void': of another epoch, never lost, given up or used since, or
--          taken by whoever the guest of that number has become
local person, number, epoch = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local function void()
  return epoch ~= state.epoch
    or number > state.before
    or redis.call('ZSCORE', GONE, person)
    or redis.call('GETBIT', SPENT, number) == 1
    or redis.call('ZCOUNT', LINE, number, number) > 0
end

if lost then
  return 'lost'
end
hear()
local present = redis.call('ZSCORE', LINE, person)
local in_place = present and tonumber(present) <= number
if redis.call('ZSCORE', ACTIVE, person) or in_place then
  beat(person)
elseif void() then
  save()
  return 'void'
else
  stand(person, number)
  set('on', 1)
  set('calm_since', 0)
end
save()
return tell(person)
