-- The opening: who came before it draws for a place, and nobody is called until all have one.
--
-- The places that are drawn for are as many numbers again, right after the tickets: nobody had
-- them before, and how many tickets there were is all one has to know to find them.

-- Begins the draw when it is time; answers how many numbers are short for it.
local function open_up()
  if state.early == 0 or state.drawing == 1 or now < opening() then
    return 0
  end
  if num_early() == 0 then
    set('early', 0)
    return 0
  end
  local last = 2 * state.next
  if last <= state.reserved then
    set('num_early', state.next)
    set('next', last)
    set('drawing', 1)
    set('on', 1)
    set('calm_since', 0)
  end
  return math.max(0, last - state.reserved)
end
