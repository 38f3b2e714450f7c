-- What a place is called by now: a double by the one it was merged into.
CREATE FUNCTION voting_place_of(target bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT p.merged_into_id FROM voting_place p WHERE p.id = target), target)
$$;

-- The option of a round that a person means, by its public id.
CREATE FUNCTION voting_option_of(the_round bigint, the_kind text, target bigint, the_date date)
RETURNS SETOF voting_option LANGUAGE sql STABLE AS $$
    SELECT o.* FROM voting_option o
     WHERE the_kind = 'place' AND o.round_id = the_round AND o.place_id = voting_place_of(target)
     UNION ALL
    SELECT o.* FROM voting_option o
     WHERE the_kind = 'menu' AND o.round_id = the_round AND o.menu_id = target
     UNION ALL
    SELECT o.* FROM voting_option o
     WHERE the_kind = 'date' AND o.round_id = the_round AND o.date = the_date
$$;

CREATE FUNCTION voting_public_id(o voting_option) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(o.place_id::text, o.menu_id::text, o.date::text)
$$;

-- What an option is called, for those who are told of it.
CREATE FUNCTION voting_names(o voting_option) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'public_id', voting_public_id(o),
        'name', coalesce((SELECT p.name FROM voting_place p WHERE p.id = o.place_id),
                         (SELECT m.name FROM voting_menu m WHERE m.id = o.menu_id), o.date::text),
        'name_en', coalesce((SELECT m.name_en FROM voting_menu m WHERE m.id = o.menu_id), ''))
$$;

-- That an option leads, as `voting_round.leads` keeps it.
CREATE FUNCTION voting_lead(o voting_option, at_version bigint)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('option', o.id, 'id', voting_public_id(o), 'votes', o.num_votes,
                              'version', at_version)
$$;

-- Who leads when `chosen`, which led, has fewer votes now: it, unless another has more; of several
-- the one that reached its count first. Nobody, without votes.
CREATE FUNCTION voting_next_lead(chosen voting_option, was jsonb, at_version bigint)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN best.id IS NOT NULL THEN voting_lead(best, at_version)
        WHEN chosen.num_votes > 0 THEN was END
      FROM (SELECT) AS one LEFT JOIN LATERAL (
        SELECT o.* FROM voting_option o
         WHERE o.round_id = chosen.round_id AND o.kind = chosen.kind
           AND o.num_votes > chosen.num_votes
         ORDER BY o.num_votes DESC, o.reached_at, o.id LIMIT 1) AS best ON true
$$;

-- A vote in one round trip: the desired state (`wanted` or not) of one choice on one ballot.
--
-- Locks are taken in one order: the voter's own ballot, the one option, and last, for the shortest
-- time, the round, which everybody wants. Whoever holds the round sees every count that is
-- committed, and all that count wait for it: so it is there that the clock is asked, that the lead
-- is decided and that history is written.
--
-- What can be refused without having written is returned. A round that ended while the vote waited
-- is raised as JR005, which undoes the whole statement.
CREATE FUNCTION voting_cast(
    the_round bigint, voter bigint, the_kind text, target bigint, the_date date, wanted boolean
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    seen record;
    here voting_round;
    chosen voting_option;
    refusal text;
    paper bigint;
    marked record;
    most integer;
    changed boolean := false;
    step integer := CASE WHEN wanted THEN 1 ELSE -1 END;
    moment timestamptz;
    was jsonb;
    lead jsonb;
BEGIN
    SELECT r.*, u.is_active,
           r.team_id IS NULL OR EXISTS (
               SELECT FROM voting_membership m WHERE m.team_id = r.team_id AND m.user_id = voter
           ) AS eligible
      INTO seen
      FROM voting_round r LEFT JOIN accounts_user u ON u.id = voter
     WHERE r.id = the_round;
    refusal := CASE
        WHEN NOT FOUND THEN 'no_round'
        WHEN wanted AND seen.is_active IS NOT TRUE THEN 'no_user'
        WHEN seen.cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN seen.closed_at IS NOT NULL OR clock_timestamp() >= seen.closes_at THEN 'closed'
        WHEN clock_timestamp() < seen.opens_at THEN 'not_open'
        -- Who has left may still take a vote back.
        WHEN wanted AND NOT seen.eligible THEN 'not_eligible'
        WHEN NOT EXISTS (SELECT FROM voting_option_of(the_round, the_kind, target, the_date))
            THEN 'no_option'
    END;
    IF refusal IS NOT NULL THEN
        RETURN jsonb_build_object('verdict', refusal);
    END IF;

    -- The ballot. Who is faster makes it, and everybody else waits for it.
    SELECT id INTO paper FROM voting_ballot
     WHERE round_id = the_round AND user_id = voter FOR NO KEY UPDATE;
    IF paper IS NULL AND wanted THEN
        INSERT INTO voting_ballot (round_id, user_id, cast_at)
        VALUES (the_round, voter, clock_timestamp())
            ON CONFLICT (round_id, user_id) DO NOTHING RETURNING id INTO paper;
        IF paper IS NULL THEN
            SELECT id INTO paper FROM voting_ballot
             WHERE round_id = the_round AND user_id = voter FOR NO KEY UPDATE;
        END IF;
    END IF;

    -- The option. One that was merged while we waited for it is now another, and looked for anew.
    FOR attempt IN 1 .. 3 LOOP
        SELECT o.* INTO chosen FROM voting_option o
         WHERE o.id = (SELECT f.id FROM voting_option_of(the_round, the_kind, target, the_date) f)
           AND (o.place_id IS NULL OR o.place_id = voting_place_of(target))
           FOR NO KEY UPDATE;
        EXIT WHEN FOUND AND chosen.withdrawn_at IS NULL;
    END LOOP;
    IF chosen.id IS NULL OR wanted AND (chosen.withdrawn_at IS NOT NULL OR EXISTS (
           SELECT FROM voting_place p WHERE p.id = chosen.place_id AND p.archived_at IS NOT NULL))
    THEN
        RETURN jsonb_build_object('verdict', 'no_option');
    END IF;

    SELECT count(*) AS votes,
           count(*) FILTER (WHERE o.kind = the_kind) AS of_kind,
           coalesce(bool_or(o.id = chosen.id), false) AS has
      INTO marked
      FROM voting_vote v JOIN voting_option o ON o.id = v.option_id
     WHERE v.ballot_id = paper;

    IF marked.has <> wanted THEN
        most := CASE the_kind WHEN 'place' THEN seen.max_places
                              WHEN 'menu' THEN seen.max_menus ELSE seen.max_dates END;
        IF wanted AND marked.of_kind >= most THEN
            RETURN jsonb_build_object('verdict', 'too_many', 'max', most);
        END IF;
        IF wanted THEN
            INSERT INTO voting_vote (ballot_id, option_id, cast_at)
            VALUES (paper, chosen.id, clock_timestamp());
        ELSE
            DELETE FROM voting_vote WHERE ballot_id = paper AND option_id = chosen.id;
        END IF;
        UPDATE voting_option
           SET num_votes = num_votes + step, reached_at = clock_timestamp(), version = version + 1
         WHERE id = chosen.id RETURNING * INTO chosen;

        -- The round: from here on nobody else counts.
        SELECT * INTO here FROM voting_round WHERE id = the_round FOR NO KEY UPDATE;
        moment := clock_timestamp();
        IF here.cancelled_at IS NOT NULL OR here.closed_at IS NOT NULL
           OR moment < here.opens_at OR moment >= here.closes_at THEN
            RAISE SQLSTATE 'JR005' USING MESSAGE = 'round_closed';
        END IF;
        was := here.leads -> the_kind;
        lead := was;
        IF wanted THEN
            IF was IS NULL OR chosen.id <> (was ->> 'option')::bigint AND chosen.num_votes > (
                SELECT o.num_votes FROM voting_option o WHERE o.id = (was ->> 'option')::bigint)
            THEN
                lead := voting_lead(chosen, here.version + 1);
            END IF;
        ELSIF (was ->> 'option')::bigint = chosen.id THEN
            lead := voting_next_lead(chosen, was, here.version + 1);
        END IF;
        UPDATE voting_round
           SET num_votes = num_votes + step,
               num_voters = num_voters + CASE
                   WHEN wanted AND marked.votes = 0 THEN 1
                   WHEN NOT wanted AND marked.votes = 1 THEN -1
                   ELSE 0 END,
               leads = CASE WHEN lead IS NULL THEN leads - the_kind
                            ELSE jsonb_set(leads, ARRAY[the_kind], lead) END,
               version = version + 1
         WHERE id = the_round RETURNING * INTO here;
        INSERT INTO voting_movement (round_id, option_id, at, num_votes)
        VALUES (the_round, chosen.id, moment, chosen.num_votes);
        changed := true;
    ELSE
        SELECT * INTO here FROM voting_round WHERE id = the_round;
    END IF;

    RETURN jsonb_build_object(
        'verdict', CASE WHEN NOT changed THEN 'unchanged' WHEN wanted THEN 'cast'
                        ELSE 'retracted' END,
        'option', to_jsonb(chosen) || voting_names(chosen),
        'round', to_jsonb(here) - 'seed',
        'lead', CASE WHEN changed AND lead IS DISTINCT FROM was THEN
            coalesce((SELECT lead || voting_names(o) FROM voting_option o
                       WHERE o.id = (lead ->> 'option')::bigint),
                     jsonb_build_object('option', NULL, 'id', NULL, 'name', NULL, 'votes', 0,
                                        'version', here.version)) END,
        'mine', coalesce((
            SELECT jsonb_agg(jsonb_build_array(o.kind, voting_public_id(o)) ORDER BY v.id)
              FROM voting_vote v JOIN voting_option o ON o.id = v.option_id
             WHERE v.ballot_id = paper), '[]'));
END $$;

-- Counts move all the time: leave the rows room on their page, so that an update stays on it.
ALTER TABLE voting_round SET (fillfactor = 50);
ALTER TABLE voting_option SET (fillfactor = 50);
