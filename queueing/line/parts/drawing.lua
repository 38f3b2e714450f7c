-- Drawing: it ends when nobody is left who has no place, because all drew or the last have gone.

local function end_draw()
  if state.drawing == 1 and num_early() == 0 then
    set('drawing', 0)
    set('early', 0)
  end
end
