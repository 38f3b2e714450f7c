-- The record of a waiting room is only ever added to. An entry goes when its room has gone, by the
-- cascade below: then the room is no longer there for the trigger to see.

ALTER TABLE queueing_recordentry
  ADD CONSTRAINT record_of_room FOREIGN KEY (room_id)
      REFERENCES queueing_waitingroom (id) ON DELETE CASCADE;

CREATE FUNCTION queueing_keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     AND NOT EXISTS (SELECT FROM queueing_waitingroom WHERE id = OLD.room_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the record of a waiting room is only ever added to'
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER queueing_keep_record BEFORE UPDATE OR DELETE ON queueing_recordentry
  FOR EACH ROW EXECUTE FUNCTION queueing_keep_record();

-- Its numbers and the end of its record move all the time: leave them room on the page.
ALTER TABLE queueing_waitingroom SET (fillfactor = 50);
ALTER TABLE queueing_traffic SET (fillfactor = 80);
