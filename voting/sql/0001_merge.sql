-- Lets all votes of a round for one place count for another that it is a double of, a person's
-- once. Its caller has merged the places in the same transaction and merges round by round, by id:
-- so a vote that waits for one of these options looks again and finds the other.
--
-- Locks both options by id and then the round, as a vote does; where only the double is up, it
-- becomes the other. Ballots need no lock: none gets empty, and none gets longer.
CREATE FUNCTION voting_merge_options(the_round bigint, double bigint, kept bigint)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    from_option voting_option;
    to_option voting_option;
    here voting_round;
    num_moved integer;
    num_twice integer;
    was jsonb;
    lead jsonb;
    best voting_option;
BEGIN
    PERFORM FROM voting_option
      WHERE round_id = the_round AND place_id IN (double, kept) ORDER BY id FOR UPDATE;
    SELECT * INTO here FROM voting_round
     WHERE id = the_round AND settled_at IS NULL AND cancelled_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO from_option FROM voting_option
     WHERE round_id = the_round AND place_id = double AND withdrawn_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO to_option FROM voting_option WHERE round_id = the_round AND place_id = kept;
    was := here.leads -> 'place';

    IF to_option.id IS NULL THEN
        UPDATE voting_option SET place_id = kept, version = version + 1
         WHERE id = from_option.id RETURNING * INTO to_option;
        num_moved := 0;
        num_twice := 0;
    ELSE
        DELETE FROM voting_vote v
         WHERE v.option_id = from_option.id AND EXISTS (
               SELECT FROM voting_vote o
                WHERE o.ballot_id = v.ballot_id AND o.option_id = to_option.id);
        GET DIAGNOSTICS num_twice = ROW_COUNT;
        UPDATE voting_vote SET option_id = to_option.id WHERE option_id = from_option.id;
        GET DIAGNOSTICS num_moved = ROW_COUNT;
        UPDATE voting_option
           SET num_votes = 0, withdrawn_at = clock_timestamp(), reached_at = clock_timestamp(),
               version = version + 1
         WHERE id = from_option.id RETURNING * INTO from_option;
        UPDATE voting_option
           SET num_votes = num_votes + num_moved,
               reached_at = CASE WHEN num_moved > 0 THEN clock_timestamp() ELSE reached_at END,
               withdrawn_at = NULL, version = version + 1
         WHERE id = to_option.id RETURNING * INTO to_option;
        INSERT INTO voting_movement (round_id, option_id, at, num_votes)
        SELECT the_round, o.id, clock_timestamp(), o.num_votes FROM voting_option o
         WHERE o.id IN (from_option.id, to_option.id);
    END IF;

    -- The lead stays where it was, or with what that has become, unless another has more.
    IF was IS NOT NULL THEN
        SELECT o.* INTO best FROM voting_option o
         WHERE o.round_id = the_round AND o.kind = 'place' AND o.num_votes > 0
         ORDER BY o.num_votes DESC,
                  (o.id = (was ->> 'option')::bigint
                   OR o.id = to_option.id AND from_option.id = (was ->> 'option')::bigint) DESC,
                  o.reached_at, o.id
         LIMIT 1;
        lead := CASE
            WHEN best.id IS NULL THEN NULL
            WHEN best.id = (was ->> 'option')::bigint AND was ->> 'id' = voting_public_id(best)
                THEN was
            ELSE voting_lead(best, here.version + 1) END;
    END IF;
    UPDATE voting_round
       SET num_votes = num_votes - num_twice, version = version + 1,
           leads = CASE WHEN lead IS NULL THEN leads - 'place'
                        ELSE jsonb_set(leads, '{place}', lead) END
     WHERE id = the_round RETURNING * INTO here;
    RETURN jsonb_build_object(
        'options', CASE WHEN from_option.id = to_option.id THEN '[]'::jsonb
            ELSE jsonb_build_array(to_jsonb(from_option) || voting_names(from_option)) END
            || jsonb_build_array(to_jsonb(to_option) || voting_names(to_option)),
        'round', to_jsonb(here) - 'seed',
        'lead', CASE WHEN lead IS DISTINCT FROM was THEN lead || voting_names(best) END);
END $$;
