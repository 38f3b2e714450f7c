-- Leaving: who gives up a place, or what goes with it.

-- A number that has left the line never comes back: its proof could be shown again for ever.
local function spend(numbers)
  local bits = {}
  for _, number in ipairs(numbers) do
    bits[#bits + 1] = 'SET'
    bits[#bits + 1] = 'u1'
    bits[#bits + 1] = number
    bits[#bits + 1] = 1
  end
  if #bits > 0 then
    redis.call('BITFIELD', SPENT, unpack(bits))
  end
end

local function spend_those_of(people, key)
  local numbers = {}
  for _, number in ipairs(redis.call('ZMSCORE', key, unpack(people))) do
    if number then
      numbers[#numbers + 1] = number
    end
  end
  spend(numbers)
  redis.call('ZREM', key, unpack(people))
end

-- Takes people out of the line, or out of those who came early.
local function drop(people)
  spend_those_of(people, LINE)
  if state.early == 1 then
    spend_those_of(people, EARLY)
  end
  return redis.call('ZREM', SEEN, unpack(people))
end

local function step_out(person)
  return drop({ person }) == 1
end

local function revoke(person)
  redis.call('ZADD', GONE, now + state.pass_ms, person)
end
