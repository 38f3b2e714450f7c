-- One change to what a person has chosen of an event, whole or not at all, in one round trip:
-- seats taken (`picks`) and given back (`drops`), and so many standing tickets wanted in all
-- (`standing` → `wanted`). It makes the reservation, or changes the one that the person has open.
--
-- Locks are taken in the order that every other statement takes them: person, reservation,
-- allowances, ticket types by id, seats by number. `guards` are seats that speak for the choice
-- as they stand (`seen`: one letter each): who decided by them is told if they have changed.
--
-- What can be refused without a lock is returned (nothing was written); what only the claim finds
-- out is raised as JR001 to JR004, which undoes the whole statement.
CREATE FUNCTION ticketing_select(
    new_id uuid, new_code text, buyer bigint, the_event bigint, the_layout bigint, anew boolean,
    most integer, picks integer[], drops integer[], standing bigint[], wanted integer[],
    guards integer[], seen text, key text, print text
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    about record;
    mine ticketing_reservation;
    earlier ticketing_reservation;
    step record;
    taken ticketing_tickettype;
    stock jsonb := '[]';
    moved jsonb := '[]';
    more jsonb;
    changes bigint := 0;
    steps bigint[];   -- ticket types, in id order
    amounts integer[];
    left_over bigint;
    n integer;
BEGIN
    SELECT e.currency, e.hold_minutes, e.published, e.cancelled_at, e.layout_id, u.is_active
      INTO about
      FROM ticketing_event e CROSS JOIN accounts_user u
     WHERE e.id = the_event AND u.id = buyer;
    IF about IS NULL OR NOT about.published THEN
        RETURN jsonb_build_object('verdict', 'no_event');
    ELSIF NOT about.is_active THEN
        RETURN jsonb_build_object('verdict', 'no_user');
    ELSIF about.layout_id IS DISTINCT FROM the_layout THEN
        RETURN jsonb_build_object('verdict', 'other_layout');
    END IF;

    IF key IS NOT NULL THEN
        SELECT * INTO earlier FROM ticketing_reservation
         WHERE user_id = buyer AND idempotency_key = key;
        IF FOUND THEN
            RETURN jsonb_build_object('verdict',
                CASE WHEN earlier.fingerprint = print THEN 'replayed' ELSE 'mismatch' END,
                'id', earlier.id);
        END IF;
    END IF;

    -- One person's tabs take turns; what is open is looked for once it is one's turn.
    IF NOT anew THEN
        PERFORM pg_advisory_xact_lock(hashint8extended(the_event, buyer));
        SELECT * INTO mine FROM ticketing_reservation
         WHERE user_id = buyer AND event_id = the_event
           AND status = 'held' AND expires_at > clock_timestamp()
         ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;
        IF mine.id IS NOT NULL AND EXISTS (
            SELECT FROM ticketing_payment p
             WHERE p.reservation_id = mine.id AND p.status = 'pending') THEN
            RETURN jsonb_build_object('verdict', 'payment_pending');
        END IF;
    END IF;

    -- A wish that is fulfilled already asks for nothing.
    SELECT coalesce(array_agg(number ORDER BY number), '{}') INTO drops FROM ticketing_seat
     WHERE event_id = the_event AND number = ANY (drops) AND reservation_id = mine.id;
    SELECT coalesce(array_agg(w.number ORDER BY w.number), '{}') INTO picks
      FROM unnest(picks) AS w(number)
      LEFT JOIN ticketing_seat s ON s.event_id = the_event AND s.number = w.number
     WHERE s.id IS NULL OR s.reservation_id IS NULL OR s.reservation_id IS DISTINCT FROM mine.id;

    SELECT count(*) FILTER (WHERE s.id IS NULL) AS unknown,
           jsonb_agg(w.number) FILTER (WHERE s.state <> 'f') AS gone,
           bool_or(s.state = 'h' AND s.expires_at <= clock_timestamp()) AS overdue
      INTO step
      FROM unnest(picks) AS w(number)
      LEFT JOIN ticketing_seat s ON s.event_id = the_event AND s.number = w.number;
    IF step.unknown > 0 THEN
        RETURN jsonb_build_object('verdict', 'no_such_seat');
    ELSIF step.gone IS NOT NULL THEN
        RETURN jsonb_build_object(
            'verdict', 'seats_taken', 'seats', step.gone, 'overdue', step.overdue);
    END IF;

    -- What it means for each ticket type.
    SELECT coalesce(array_agg(id ORDER BY id), '{}'), coalesce(array_agg(amount ORDER BY id), '{}')
      INTO steps, amounts
      FROM (SELECT id, sum(amount)::integer AS amount
              FROM (SELECT ticket_type_id AS id, 1 AS amount FROM ticketing_seat
                     WHERE event_id = the_event AND number = ANY (picks)
                    UNION ALL
                    SELECT ticket_type_id, -1 FROM ticketing_seat
                     WHERE event_id = the_event AND number = ANY (drops)
                    UNION ALL
                    SELECT w.id, w.quantity - coalesce(i.quantity, 0)
                      FROM unnest(standing, wanted) AS w(id, quantity)
                      LEFT JOIN ticketing_reservationitem i
                        ON i.reservation_id = mine.id AND i.ticket_type_id = w.id) AS every
             GROUP BY id) AS each
     WHERE amount <> 0;
    IF steps = '{}' AND picks = '{}' AND drops = '{}' THEN
        RETURN jsonb_build_object('verdict', 'same', 'id', mine.id);
    END IF;
    SELECT count(t.id) AS known,
           bool_and(now() >= greatest(e.sale_starts_at, t.sale_starts_at)
                AND now() < least(e.sale_ends_at, t.sale_ends_at)) FILTER (WHERE w.amount > 0)
                AS open,
           bool_and(t.category = '') FILTER (WHERE t.id = ANY (standing)) AS stands,
           min(t.available - w.amount) FILTER (WHERE w.amount > 0) AS spare,
           min(t.max_per_person - w.amount - coalesce(a.quantity, 0)) FILTER (WHERE w.amount > 0)
                AS allowed
      INTO step
      FROM unnest(steps, amounts) AS w(id, amount)
      JOIN ticketing_event e ON e.id = the_event
      LEFT JOIN ticketing_tickettype t ON t.id = w.id AND t.event_id = e.id
      LEFT JOIN ticketing_allowance a ON a.ticket_type_id = t.id AND a.user_id = buyer;
    IF step.known < cardinality(steps) OR NOT step.stands THEN
        RETURN jsonb_build_object('verdict', 'no_ticket_type');
    ELSIF step.open IS NOT NULL AND (about.cancelled_at IS NOT NULL OR NOT step.open) THEN
        RETURN jsonb_build_object('verdict', 'sale_closed');
    ELSIF step.allowed < 0 THEN
        RETURN jsonb_build_object('verdict', 'limit_exceeded');
    ELSIF step.spare < 0 THEN
        RETURN jsonb_build_object('verdict', 'sold_out', 'overdue', true);
    END IF;

    -- Take, and give back: one's own rows first, the rows that everybody wants last.
    FOR n IN 1 .. cardinality(steps) LOOP
        INSERT INTO ticketing_allowance AS a (ticket_type_id, user_id, quantity)
        VALUES (steps[n], buyer, greatest(amounts[n], 0))
            ON CONFLICT (ticket_type_id, user_id) DO UPDATE SET quantity = a.quantity + amounts[n]
         WHERE amounts[n] < 0 OR a.quantity + amounts[n] <= coalesce(
               (SELECT t.max_per_person FROM ticketing_tickettype t WHERE t.id = steps[n]),
               2147483647);
        IF NOT FOUND THEN
            RAISE SQLSTATE 'JR001' USING MESSAGE = 'limit_exceeded';
        END IF;
    END LOOP;
    FOR n IN 1 .. cardinality(steps) LOOP
        UPDATE ticketing_tickettype
           SET held = held + amounts[n], version = version + 1
         WHERE id = steps[n] AND available >= amounts[n]
        RETURNING * INTO taken;
        IF NOT FOUND THEN
            RAISE SQLSTATE 'JR002' USING MESSAGE = 'sold_out';
        END IF;
        stock := stock || jsonb_build_object(
            'id', taken.id, 'name', taken.name, 'price', taken.price, 'capacity', taken.capacity,
            'held', taken.held, 'sold', taken.sold, 'available', taken.available,
            'max_per_person', taken.max_per_person, 'version', taken.version,
            'sale_starts_at', taken.sale_starts_at, 'sale_ends_at', taken.sale_ends_at,
            'position', taken.position);
    END LOOP;

    IF mine.id IS NULL THEN
        mine.id := new_id;
        mine.code := new_code;
        mine.total := 0;
        mine.created_at := clock_timestamp();
        mine.expires_at := mine.created_at + make_interval(mins => about.hold_minutes);
        INSERT INTO ticketing_reservation
               (id, code, user_id, event_id, status, total, currency, created_at, held_until,
                expires_at, version, idempotency_key, fingerprint)
        VALUES (mine.id, mine.code, buyer, the_event, 'held', 0, about.currency, mine.created_at,
                mine.expires_at, mine.expires_at, 0, key, print);
    END IF;

    PERFORM FROM ticketing_seat
      WHERE event_id = the_event AND number = ANY (picks || drops || guards)
      ORDER BY number FOR NO KEY UPDATE;
    IF guards <> '{}' AND seen IS DISTINCT FROM (
        SELECT string_agg(CASE WHEN state = 'h' AND expires_at <= clock_timestamp() THEN 'f'
                               ELSE state END, '' ORDER BY number)
          FROM ticketing_seat WHERE event_id = the_event AND number = ANY (guards)) THEN
        RAISE SQLSTATE 'JR004' USING MESSAGE = 'changed';
    END IF;
    WITH given AS (
        UPDATE ticketing_seat
           SET state = 'f', reservation_id = NULL, expires_at = NULL, version = version + 1
         WHERE event_id = the_event AND number = ANY (drops) AND reservation_id = mine.id
        RETURNING number, version)
    SELECT coalesce(jsonb_agg(jsonb_build_array(number, version, 'f')), '[]') INTO moved FROM given;
    WITH got AS (
        UPDATE ticketing_seat
           SET state = 'h', reservation_id = mine.id, expires_at = mine.expires_at,
               version = version + 1
         WHERE event_id = the_event AND number = ANY (picks) AND state = 'f'
        RETURNING number, version)
    SELECT coalesce(jsonb_agg(jsonb_build_array(number, version, 'h')), '[]') INTO more FROM got;
    IF jsonb_array_length(more) < cardinality(picks) THEN
        RAISE SQLSTATE 'JR003' USING MESSAGE = 'seats_taken';
    END IF;

    -- The items say what the seats say; the last that goes ends the reservation, with its items.
    SELECT coalesce(sum(quantity), 0) INTO left_over
      FROM ticketing_reservationitem WHERE reservation_id = mine.id;
    SELECT left_over + coalesce(sum(amount), 0) INTO left_over FROM unnest(amounts) AS w(amount);
    IF left_over > most THEN
        RAISE SQLSTATE 'JR001' USING MESSAGE = 'limit_exceeded';
    ELSIF left_over > 0 THEN
        DELETE FROM ticketing_reservationitem i
         USING unnest(steps, amounts) AS w(id, amount)
         WHERE i.reservation_id = mine.id AND i.ticket_type_id = w.id AND i.quantity + amount = 0;
        INSERT INTO ticketing_reservationitem AS i
               (reservation_id, ticket_type_id, quantity, price)
        SELECT mine.id, w.id, w.amount, t.price
          FROM unnest(steps, amounts) AS w(id, amount) JOIN ticketing_tickettype t USING (id)
         WHERE w.amount > 0
            ON CONFLICT (reservation_id, ticket_type_id)
            DO UPDATE SET quantity = i.quantity + excluded.quantity;
        UPDATE ticketing_reservationitem i SET quantity = i.quantity + w.amount
          FROM unnest(steps, amounts) AS w(id, amount)
         WHERE i.reservation_id = mine.id AND i.ticket_type_id = w.id AND w.amount < 0;
    END IF;
    UPDATE ticketing_reservation
       SET version = version + 1,
           total = (SELECT sum(i.price::bigint * i.quantity) FROM ticketing_reservationitem i
                     WHERE i.reservation_id = mine.id),
           status = CASE WHEN left_over > 0 THEN 'held' ELSE 'cancelled' END,
           settled_at = CASE WHEN left_over > 0 THEN NULL ELSE clock_timestamp() END
     WHERE id = mine.id
    RETURNING * INTO mine;

    RETURN jsonb_build_object('verdict', 'held', 'id', mine.id, 'code', mine.code,
        'status', mine.status, 'expires_at', mine.expires_at, 'total', mine.total,
        'currency', mine.currency, 'version', mine.version, 'prolonged', mine.prolonged_at IS NOT NULL,
        'stock', stock, 'moved', moved || more,
        'items', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                             'ticket_type', t.id, 'name', t.name, 'quantity', i.quantity,
                             'price', i.price) ORDER BY t.id), '[]')
                    FROM ticketing_reservationitem i
                    JOIN ticketing_tickettype t ON t.id = i.ticket_type_id
                   WHERE i.reservation_id = mine.id AND mine.status = 'held'),
        'seats', (SELECT coalesce(jsonb_agg(jsonb_build_array(s.number, s.ticket_type_id)
                                            ORDER BY s.number), '[]')
                    FROM ticketing_seat s WHERE s.reservation_id = mine.id));
END $$;
