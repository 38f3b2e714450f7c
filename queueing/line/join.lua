-- ARGV     person
-- answers  how they stand, or 'reserve' and how many numbers are short
local person = ARGV[2]

local function let_in()
  redis.call('ZADD', ACTIVE, now + state.idle_ms, person)
  redis.call('ZREM', GONE, person)
  note_calls(1)
  count('joined', 1)
  count('called', 1)
  count('entered', 1)
end

local function next_number()
  count('next', 1)
  count('joined', 1)
  return state.next
end

-- Says at once what looking would find: in a rush most that is asked of a line is this.
local function line_up()
  set('on', 1)
  set('calm_since', 0)
  stand(person, next_number())
  save()
  return answer(person, 'waiting', state.next, num_waiting() - 1, now + grace(person))
end

local function come_early()
  stand_early(person, next_number())
  save()
  return answer(person, 'early', state.next, -1, now + grace(person))
end

if lost then
  return 'lost'
end
local short = open_up()
if short > 0 then
  return ask_for(short)
end
local mode = state.mode
if not beat(person) and mode ~= 'off' and mode ~= 'closed' and mode ~= 'drain' then
  hear()
  local before_draw = is_before_draw()
  local open = mode == 'automatic' and not is_on() and num_waiting() == 0
  if open and num_to_let_in() > 0 then
    let_in()
  else
    local last = state.next + 1
    short = numbers_short_of(before_draw and 2 * last or last)
    if short > 0 then
      return ask_for(short)
    end
    return before_draw and come_early() or line_up()
  end
end
save()
return tell(person)
