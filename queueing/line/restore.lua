-- Gives somebody back the place that a loss has taken, by its proof.
--
-- ARGV     person; number; epoch; whether it is the ticket of somebody early, 1 or 0; the ticket
--          by which the number was drawn, or 0
-- answers  how they stand, or 'void': of another epoch, never lost, given up or used since, drawn
--          since, or taken by whoever the guest of that number has become
local person, number, epoch = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local early, ticket = ARGV[5] == '1', tonumber(ARGV[6])
local key = early and EARLY or LINE

local function is_drawn()
  return state.num_early > 0 and (state.drawing == 0 or number > state.num_early)
end

local function void()
  return epoch ~= state.epoch
    or number > state.before
    or (early and is_drawn())
    or redis.call('ZSCORE', GONE, person)
    or redis.call('GETBIT', SPENT, number) == 1
    or (ticket > 0 and redis.call('GETBIT', SPENT, ticket) == 1)
    or redis.call('ZCOUNT', key, number, number) > 0
end

-- Whether they stand as well already; all who came early draw alike, and stand before the others.
local function in_place()
  local present = redis.call('ZSCORE', LINE, person) or is_early(person)
  return present and tonumber(present) <= number
end

if lost then
  return 'lost'
end
hear()
if redis.call('ZSCORE', ACTIVE, person) or in_place() then
  beat(person)
elseif void() then
  save()
  return 'void'
else
  step_out(person)
  stand(person, number, early)
  if not early then
    set('on', 1)
    set('calm_since', 0)
  end
end
save()
return tell(person)
