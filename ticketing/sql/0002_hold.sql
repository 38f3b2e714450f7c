-- The whole of a hold in one round trip: the allowance of the person, the stock, the reservation
-- and its items, all or nothing. `type_ids` come sorted, so that locks are taken in one order:
-- allowances by (ticket type, person), then ticket types by id. See docs/decisions.
--
-- A refusal that can be seen without a lock is returned (nothing was written); one that only the
-- claim finds out is raised as JR001 or JR002, which undoes the whole statement.
CREATE OR REPLACE FUNCTION ticketing_hold(
    new_id uuid, new_code text, buyer bigint, the_event bigint,
    type_ids bigint[], quantities integer[], key text, print text
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    seen record;
    refusal text;
    earlier ticketing_reservation;
    stock jsonb := '[]';
    sum_total bigint := 0;
    ending timestamptz;
    taken ticketing_tickettype;
    i integer;
BEGIN
    -- Look. The key is looked up after this, so that it is at least as fresh as any refusal.
    SELECT e.currency, e.hold_minutes, e.published, e.cancelled_at, u.is_active,
           count(t.id) AS known,
           bool_and(now() >= greatest(e.sale_starts_at, t.sale_starts_at)
                AND now() < least(e.sale_ends_at, t.sale_ends_at)) AS open,
           min(t.available - w.quantity) AS spare,
           min(t.max_per_person - w.quantity - coalesce(a.quantity, 0)) AS allowed
      INTO seen
      FROM ticketing_event e
     CROSS JOIN accounts_user u
     CROSS JOIN unnest(type_ids, quantities) AS w(id, quantity)
      LEFT JOIN ticketing_tickettype t ON t.id = w.id AND t.event_id = e.id
       AND t.category = ''  -- a seat is had by its number (ticketing_select)
      LEFT JOIN ticketing_allowance a ON a.ticket_type_id = t.id AND a.user_id = u.id
     WHERE e.id = the_event AND u.id = buyer
     GROUP BY e.id, u.id;

    refusal := CASE
        WHEN seen IS NULL OR NOT seen.published THEN 'no_event'
        WHEN NOT seen.is_active THEN 'no_user'
        WHEN seen.known < cardinality(type_ids) THEN 'no_ticket_type'
        WHEN seen.cancelled_at IS NOT NULL OR NOT seen.open THEN 'sale_closed'
        WHEN seen.allowed < 0 THEN 'limit_exceeded'
        WHEN seen.spare < 0 THEN 'sold_out'
    END;

    IF key IS NOT NULL THEN
        SELECT * INTO earlier FROM ticketing_reservation
         WHERE user_id = buyer AND idempotency_key = key;
        IF FOUND THEN
            RETURN jsonb_build_object('verdict',
                CASE WHEN earlier.fingerprint = print THEN 'replayed' ELSE 'mismatch' END,
                'id', earlier.id);
        END IF;
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN jsonb_build_object('verdict', refusal, 'overdue', refusal = 'sold_out' AND EXISTS (
            SELECT FROM ticketing_reservation r
              JOIN ticketing_reservationitem ri ON ri.reservation_id = r.id
             WHERE r.status = 'held' AND r.expires_at <= now()
               AND ri.ticket_type_id = ANY (type_ids)));
    END IF;

    -- Take: the buyer's own rows first, the row that everybody wants last and for the shortest time.
    INSERT INTO ticketing_allowance AS a (ticket_type_id, user_id, quantity)
    SELECT w.id, buyer, w.quantity FROM unnest(type_ids, quantities) AS w(id, quantity)
     ORDER BY w.id
        ON CONFLICT (ticket_type_id, user_id) DO UPDATE SET quantity = a.quantity + excluded.quantity
     WHERE a.quantity + excluded.quantity <= coalesce(
           (SELECT t.max_per_person FROM ticketing_tickettype t WHERE t.id = a.ticket_type_id),
           2147483647);
    GET DIAGNOSTICS i = ROW_COUNT;
    IF i < cardinality(type_ids) THEN
        RAISE SQLSTATE 'JR001' USING MESSAGE = 'limit_exceeded';
    END IF;

    FOR i IN 1 .. cardinality(type_ids) LOOP
        UPDATE ticketing_tickettype
           SET held = held + quantities[i], version = version + 1
         WHERE id = type_ids[i] AND available >= quantities[i]
        RETURNING * INTO taken;
        IF NOT FOUND THEN
            RAISE SQLSTATE 'JR002' USING MESSAGE = 'sold_out';
        END IF;
        sum_total := sum_total + taken.price::bigint * quantities[i];
        stock := stock || jsonb_build_object(
            'id', taken.id, 'name', taken.name, 'price', taken.price, 'capacity', taken.capacity,
            'held', taken.held, 'sold', taken.sold, 'available', taken.available,
            'max_per_person', taken.max_per_person, 'version', taken.version,
            'sale_starts_at', taken.sale_starts_at, 'sale_ends_at', taken.sale_ends_at,
            'position', taken.position);
    END LOOP;

    ending := clock_timestamp() + make_interval(mins => seen.hold_minutes);
    INSERT INTO ticketing_reservation
           (id, code, user_id, event_id, status, total, currency, created_at, held_until,
            expires_at, version, idempotency_key, fingerprint)
    VALUES (new_id, new_code, buyer, the_event, 'held', sum_total, seen.currency,
            clock_timestamp(), ending, ending, 1, key, print);
    INSERT INTO ticketing_reservationitem (reservation_id, ticket_type_id, quantity, price)
    SELECT new_id, w.id, w.quantity, (stock -> (w.nth::integer - 1) ->> 'price')::integer
      FROM unnest(type_ids, quantities) WITH ORDINALITY AS w(id, quantity, nth);

    RETURN jsonb_build_object('verdict', 'held', 'id', new_id, 'expires_at', ending,
        'total', sum_total, 'currency', seen.currency, 'stock', stock);
END $$;
