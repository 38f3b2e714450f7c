-- One change to what a person has chosen of an event, whole or not at all, in one round trip:
-- seats taken (`picks`) and given back (`drops`), and so many standing tickets wanted in all
-- (`standing` → `wanted`). It makes the reservation, or changes the one that the person has open.
--
-- Locks are taken in the order that every other statement takes them: person, reservation,
-- allowances, ticket types by id, seats by number.
--
-- `guards` are the seats near the picks, in order. Where the caller has weighed the choice, `seen`
-- says what they were then, a letter each. Where not (`seen` is null), `beside` names the guards
-- next to a pick and `beyond` the one on the other side of each, or 0 where there is none, both by
-- their place in `guards`: a choice that leaves one of them alone strands it, and is to be weighed.
-- Either way nobody is kept who decided by seats that have changed before they were locked.
--
-- What can be refused without a lock is returned (nothing was written); what only the claim finds
-- out is raised as JR001 to JR004, which undoes the whole statement.
CREATE OR REPLACE FUNCTION ticketing_select(
    new_id uuid, new_code text, buyer bigint, the_event bigint, the_layout bigint, anew boolean,
    most integer, picks integer[], drops integer[], standing bigint[], wanted integer[],
    guards integer[], seen text, beside integer[], beyond integer[], key text, print text
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    about record;
    mine ticketing_reservation;
    earlier ticketing_reservation;
    look record;
    taken ticketing_tickettype;
    stock jsonb := '[]';
    items jsonb := '[]';
    moved jsonb := '[]';
    more jsonb := '[]';
    pick_types bigint[];
    drop_types bigint[] := '{}';
    types bigint[];      -- what changes, in id order
    amounts integer[];
    total_now bigint := 0;
    left_over bigint := 0;
    fresh boolean;
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
    IF drops <> '{}' THEN
        SELECT coalesce(array_agg(s.number), '{}'), coalesce(array_agg(s.ticket_type_id), '{}')
          INTO drops, drop_types FROM ticketing_seat s
         WHERE s.event_id = the_event AND s.number = ANY (drops) AND s.reservation_id = mine.id;
    END IF;
    SELECT count(*) FILTER (WHERE w.pick) AS known,
           coalesce(array_agg(w.number) FILTER (WHERE w.pick AND NOT w.own), '{}') AS picks,
           coalesce(array_agg(w.ticket_type_id) FILTER (WHERE w.pick AND NOT w.own), '{}') AS types,
           jsonb_agg(w.number) FILTER (WHERE w.pick AND NOT w.own AND w.state <> 'f') AS gone,
           coalesce(bool_or(w.overdue) FILTER (WHERE w.pick), false) AS overdue,
           string_agg(CASE WHEN w.overdue THEN 'f' ELSE w.state END, '' ORDER BY w.number)
               FILTER (WHERE w.guard) AS guards
      INTO look
      FROM (SELECT number, ticket_type_id, state, number = ANY (picks) AS pick,
                   number = ANY (guards) AS guard,
                   state = 'h' AND expires_at <= clock_timestamp() AS overdue,
                   coalesce(reservation_id = mine.id, false) AS own
              FROM ticketing_seat
             WHERE event_id = the_event AND number = ANY (picks || guards)) AS w;
    IF look.known < cardinality(picks) THEN
        RETURN jsonb_build_object('verdict', 'no_such_seat');
    ELSIF look.gone IS NOT NULL THEN
        RETURN jsonb_build_object(
            'verdict', 'seats_taken', 'seats', look.gone, 'overdue', look.overdue);
    END IF;
    picks := look.picks;
    pick_types := look.types;
    IF seen IS NULL THEN
        seen := look.guards;
        FOR n IN 1 .. cardinality(beside) LOOP
            IF substr(seen, beside[n], 1) = 'f' AND substr(seen, beyond[n], 1) <> 'f' THEN
                RETURN jsonb_build_object('verdict', 'strands');
            END IF;
        END LOOP;
    END IF;

    -- What it means for each ticket type.
    WITH wish AS (
        SELECT id, sum(amount)::integer AS amount
          FROM (SELECT unnest(pick_types) AS id, 1 AS amount
                UNION ALL SELECT unnest(drop_types), -1
                UNION ALL
                SELECT w.id, w.quantity - coalesce(i.quantity, 0)
                  FROM unnest(standing, wanted) AS w(id, quantity)
                  LEFT JOIN ticketing_reservationitem i
                    ON i.reservation_id = mine.id AND i.ticket_type_id = w.id) AS every
         GROUP BY id HAVING sum(amount) <> 0)
    SELECT coalesce(array_agg(w.id ORDER BY w.id), '{}') AS types,
           coalesce(array_agg(w.amount ORDER BY w.id), '{}') AS amounts,
           count(t.id) AS known,
           bool_and(now() >= greatest(e.sale_starts_at, t.sale_starts_at)
                AND now() < least(e.sale_ends_at, t.sale_ends_at)) FILTER (WHERE w.amount > 0)
                AS open,
           bool_and(t.category = '') FILTER (WHERE t.id = ANY (standing)) AS stands,
           min(t.available - w.amount) FILTER (WHERE w.amount > 0) AS spare,
           min(t.max_per_person - w.amount - coalesce(a.quantity, 0)) FILTER (WHERE w.amount > 0)
                AS allowed
      INTO look
      FROM wish w
      JOIN ticketing_event e ON e.id = the_event
      LEFT JOIN ticketing_tickettype t ON t.id = w.id AND t.event_id = e.id
      LEFT JOIN ticketing_allowance a ON a.ticket_type_id = t.id AND a.user_id = buyer;
    types := look.types;
    amounts := look.amounts;
    IF types = '{}' AND picks = '{}' AND drops = '{}' THEN
        RETURN jsonb_build_object('verdict', 'same', 'id', mine.id);
    ELSIF look.known < cardinality(types) OR NOT look.stands THEN
        RETURN jsonb_build_object('verdict', 'no_ticket_type');
    ELSIF look.open IS NOT NULL AND (about.cancelled_at IS NOT NULL OR NOT look.open) THEN
        RETURN jsonb_build_object('verdict', 'sale_closed');
    ELSIF look.allowed < 0 THEN
        RETURN jsonb_build_object('verdict', 'limit_exceeded');
    ELSIF look.spare < 0 THEN
        RETURN jsonb_build_object('verdict', 'sold_out', 'overdue', true);
    END IF;

    -- Take, and give back: one's own rows first, the rows that everybody wants last.
    FOR n IN 1 .. cardinality(types) LOOP
        INSERT INTO ticketing_allowance AS a (ticket_type_id, user_id, quantity)
        VALUES (types[n], buyer, greatest(amounts[n], 0))
            ON CONFLICT (ticket_type_id, user_id) DO UPDATE SET quantity = a.quantity + amounts[n]
         WHERE amounts[n] < 0 OR a.quantity + amounts[n] <= coalesce(
               (SELECT t.max_per_person FROM ticketing_tickettype t WHERE t.id = types[n]),
               2147483647);
        IF NOT FOUND THEN
            RAISE SQLSTATE 'JR001' USING MESSAGE = 'limit_exceeded';
        END IF;
    END LOOP;
    FOR n IN 1 .. cardinality(types) LOOP
        UPDATE ticketing_tickettype
           SET held = held + amounts[n], version = version + 1
         WHERE id = types[n] AND available >= amounts[n]
        RETURNING * INTO taken;
        IF NOT FOUND THEN
            RAISE SQLSTATE 'JR002' USING MESSAGE = 'sold_out';
        END IF;
        total_now := total_now + taken.price::bigint * amounts[n];
        items := items || jsonb_build_object('ticket_type', taken.id, 'name', taken.name,
            'quantity', amounts[n], 'price', taken.price);
        stock := stock || jsonb_build_object(
            'id', taken.id, 'name', taken.name, 'price', taken.price, 'capacity', taken.capacity,
            'held', taken.held, 'sold', taken.sold, 'available', taken.available,
            'max_per_person', taken.max_per_person, 'version', taken.version,
            'sale_starts_at', taken.sale_starts_at, 'sale_ends_at', taken.sale_ends_at,
            'position', taken.position);
    END LOOP;

    fresh := mine.id IS NULL;
    IF fresh THEN
        mine.id := new_id;
        mine.code := new_code;
        mine.status := 'held';
        mine.created_at := clock_timestamp();
        mine.expires_at := mine.created_at + make_interval(mins => about.hold_minutes);
        mine.total := total_now;
        mine.currency := about.currency;
        mine.version := 1;
    END IF;

    SELECT string_agg(CASE WHEN s.state = 'h' AND s.expires_at <= clock_timestamp() THEN 'f'
                           ELSE s.state END, '' ORDER BY s.number)
           FILTER (WHERE s.number = ANY (guards)) AS now_are
      INTO look
      FROM (SELECT number, state, expires_at FROM ticketing_seat
             WHERE event_id = the_event AND number = ANY (picks || drops || guards)
             ORDER BY number FOR NO KEY UPDATE) AS s;
    IF guards <> '{}' AND seen IS DISTINCT FROM look.now_are THEN
        RAISE SQLSTATE 'JR004' USING MESSAGE = 'changed';
    END IF;
    IF drops <> '{}' THEN
        WITH given AS (
            UPDATE ticketing_seat
               SET state = 'f', reservation_id = NULL, expires_at = NULL, version = version + 1
             WHERE event_id = the_event AND number = ANY (drops) AND reservation_id = mine.id
            RETURNING number, version)
        SELECT jsonb_agg(jsonb_build_array(number, version, 'f')) INTO moved FROM given;
    END IF;
    IF picks <> '{}' THEN
        WITH got AS (
            UPDATE ticketing_seat
               SET state = 'h', reservation_id = mine.id, expires_at = mine.expires_at,
                   version = version + 1
             WHERE event_id = the_event AND number = ANY (picks) AND state = 'f'
            RETURNING number, version)
        SELECT coalesce(jsonb_agg(jsonb_build_array(number, version, 'h')), '[]')
          INTO more FROM got;
        IF jsonb_array_length(more) < cardinality(picks) THEN
            RAISE SQLSTATE 'JR003' USING MESSAGE = 'seats_taken';
        END IF;
    END IF;

    -- The items say what the seats say; the last that goes ends the reservation, with its items.
    IF NOT fresh THEN
        SELECT coalesce(sum(quantity), 0) INTO left_over
          FROM ticketing_reservationitem WHERE reservation_id = mine.id;
    END IF;
    FOR n IN 1 .. cardinality(amounts) LOOP
        left_over := left_over + amounts[n];
    END LOOP;
    IF left_over > most THEN
        RAISE SQLSTATE 'JR001' USING MESSAGE = 'limit_exceeded';
    ELSIF fresh THEN
        INSERT INTO ticketing_reservation
               (id, code, user_id, event_id, status, total, currency, created_at, held_until,
                expires_at, version, idempotency_key, fingerprint)
        VALUES (mine.id, mine.code, buyer, the_event, 'held', mine.total, mine.currency,
                mine.created_at, mine.expires_at, mine.expires_at, mine.version, key, print);
        INSERT INTO ticketing_reservationitem (reservation_id, ticket_type_id, quantity, price)
        SELECT mine.id, (i ->> 'ticket_type')::bigint, (i ->> 'quantity')::integer,
               (i ->> 'price')::integer
          FROM jsonb_array_elements(items) AS i;
    ELSIF left_over > 0 THEN
        DELETE FROM ticketing_reservationitem i
         USING unnest(types, amounts) AS w(id, amount)
         WHERE i.reservation_id = mine.id AND i.ticket_type_id = w.id AND i.quantity + amount = 0;
        INSERT INTO ticketing_reservationitem AS i
               (reservation_id, ticket_type_id, quantity, price)
        SELECT mine.id, w.id, w.amount, t.price
          FROM unnest(types, amounts) AS w(id, amount) JOIN ticketing_tickettype t USING (id)
         WHERE w.amount > 0
            ON CONFLICT (reservation_id, ticket_type_id)
            DO UPDATE SET quantity = i.quantity + excluded.quantity;
        UPDATE ticketing_reservationitem i SET quantity = i.quantity + w.amount
          FROM unnest(types, amounts) AS w(id, amount)
         WHERE i.reservation_id = mine.id AND i.ticket_type_id = w.id AND w.amount < 0;
    END IF;
    IF NOT fresh THEN
        UPDATE ticketing_reservation
           SET version = version + 1,
               total = (SELECT sum(i.price::bigint * i.quantity)
                          FROM ticketing_reservationitem i WHERE i.reservation_id = mine.id),
               status = CASE WHEN left_over > 0 THEN 'held' ELSE 'cancelled' END,
               settled_at = CASE WHEN left_over > 0 THEN NULL ELSE clock_timestamp() END
         WHERE id = mine.id
        RETURNING * INTO mine;
        SELECT coalesce(jsonb_agg(jsonb_build_object('ticket_type', t.id, 'name', t.name,
                                  'quantity', i.quantity, 'price', i.price) ORDER BY t.id), '[]')
          INTO items
          FROM ticketing_reservationitem i JOIN ticketing_tickettype t ON t.id = i.ticket_type_id
         WHERE i.reservation_id = mine.id AND mine.status = 'held';
    END IF;

    RETURN jsonb_build_object('verdict', 'held', 'id', mine.id, 'code', mine.code,
        'status', mine.status, 'expires_at', mine.expires_at, 'total', mine.total,
        'currency', mine.currency, 'version', mine.version,
        'prolonged', mine.prolonged_at IS NOT NULL,
        'stock', stock, 'items', items, 'moved', moved || more,
        'seats', (SELECT coalesce(jsonb_agg(jsonb_build_array(s.number, s.ticket_type_id)
                                            ORDER BY s.number), '[]')
                    FROM ticketing_seat s WHERE s.reservation_id = mine.id));
END $$;
