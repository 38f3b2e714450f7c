"""What must never be false of a sale. Each query returns the rows that break it."""

from core.invariants import Invariant, declare

STOCK = Invariant(
    "sold + held = what live reservations claim, and never more than the capacity",
    """
    SELECT t.id, t.capacity, t.held, t.sold, coalesce(c.held, 0), coalesce(c.sold, 0)
      FROM ticketing_tickettype t
      LEFT JOIN (SELECT i.ticket_type_id,
                        sum(i.quantity) FILTER (WHERE r.status = 'held') AS held,
                        sum(i.quantity) FILTER (WHERE r.status = 'confirmed') AS sold
                   FROM ticketing_reservationitem i
                   JOIN ticketing_reservation r ON r.id = i.reservation_id
                  GROUP BY 1) c ON c.ticket_type_id = t.id
     WHERE t.held <> coalesce(c.held, 0) OR t.sold <> coalesce(c.sold, 0)
        OR t.held + t.sold > t.capacity
    """,
)

ALLOWANCES = Invariant(
    "a person's allowance is what that person's live reservations claim",
    """
    SELECT coalesce(a.ticket_type_id, c.ticket_type_id), coalesce(a.user_id, c.user_id),
           a.quantity, c.quantity
      FROM (SELECT * FROM ticketing_allowance WHERE quantity > 0) a
      FULL JOIN (SELECT i.ticket_type_id, r.user_id, sum(i.quantity) AS quantity
                   FROM ticketing_reservationitem i
                   JOIN ticketing_reservation r ON r.id = i.reservation_id
                  WHERE r.status IN ('held', 'confirmed') GROUP BY 1, 2) c
        USING (ticket_type_id, user_id)
     WHERE a.quantity IS DISTINCT FROM c.quantity
    """,
)

TOTALS = Invariant(
    "a reservation's total is the sum of its items, of one event",
    """
    SELECT r.id, r.total, sum(i.price::bigint * i.quantity)
      FROM ticketing_reservation r
      LEFT JOIN ticketing_reservationitem i ON i.reservation_id = r.id
      LEFT JOIN ticketing_tickettype t ON t.id = i.ticket_type_id
     GROUP BY r.id
    HAVING r.total IS DISTINCT FROM sum(i.price::bigint * i.quantity)
        OR NOT bool_and(t.event_id = r.event_id)
    """,
)

TICKETS = Invariant(
    "a confirmed reservation has a valid ticket for each place, any other has none",
    """
    SELECT r.id, r.status, coalesce(k.valid, 0), coalesce(c.owed, 0)
      FROM ticketing_reservation r
      LEFT JOIN (SELECT reservation_id, count(*) AS valid FROM ticketing_ticket
                  WHERE voided_at IS NULL GROUP BY 1) k ON k.reservation_id = r.id
      LEFT JOIN (SELECT reservation_id, sum(quantity) AS owed FROM ticketing_reservationitem
                  GROUP BY 1) c ON c.reservation_id = r.id
     WHERE coalesce(k.valid, 0)
           <> CASE WHEN r.status = 'confirmed' THEN coalesce(c.owed, 0) ELSE 0 END
    """,
)

PAYMENTS = Invariant(
    "a confirmed reservation has one captured payment of its total, no other has one",
    """
    SELECT r.id, r.status, r.total, count(p.id), sum(p.amount)
      FROM ticketing_reservation r
      LEFT JOIN ticketing_payment p ON p.reservation_id = r.id AND p.status = 'captured'
     GROUP BY r.id
    HAVING CASE WHEN r.status = 'confirmed'
                THEN count(p.id) <> 1 OR sum(p.amount) <> r.total
                ELSE count(p.id) <> 0 END
    """,
)

SETTLEMENTS = Invariant(
    "what has ended says when, what is held has not",
    """
    SELECT id, status, settled_at FROM ticketing_reservation
     WHERE (status = 'held') <> (settled_at IS NULL)
    """,
)

SEATS = Invariant(
    "a seat is held or sold as its reservation is, of the same event, until the same moment",
    """
    SELECT s.event_id, s.number, s.state, r.status, s.expires_at, r.expires_at
      FROM ticketing_seat s LEFT JOIN ticketing_reservation r ON r.id = s.reservation_id
     WHERE s.state <> CASE r.status WHEN 'held' THEN 'h' WHEN 'confirmed' THEN 's'
                                    ELSE CASE WHEN s.state = 'b' THEN 'b' ELSE 'f' END END
        OR (r.id IS NOT NULL AND r.status NOT IN ('held', 'confirmed'))
        OR r.event_id <> s.event_id
        OR (s.state = 'h' AND s.expires_at <> r.expires_at)
    """,
)

SEAT_COUNTS = Invariant(
    "a ticket type with seats counts them: free, held and sold; blocked ones are no capacity",
    """
    SELECT t.id, t.available, t.held, t.sold, c.free, c.held, c.sold
      FROM ticketing_tickettype t
      LEFT JOIN (SELECT ticket_type_id, count(*) FILTER (WHERE state = 'f') AS free,
                        count(*) FILTER (WHERE state = 'h') AS held,
                        count(*) FILTER (WHERE state = 's') AS sold
                   FROM ticketing_seat GROUP BY 1) c ON c.ticket_type_id = t.id
     WHERE (t.category <> '' OR c.ticket_type_id IS NOT NULL)
       AND (t.available, t.held, t.sold)
           IS DISTINCT FROM (coalesce(c.free, 0)::integer, coalesce(c.held, 0)::integer,
                             coalesce(c.sold, 0)::integer)
    """,
)

SEAT_ITEMS = Invariant(
    "a live reservation has a seat for each place of a ticket type that has seats",
    """
    SELECT r.id, t.id, i.quantity, count(s.id)
      FROM ticketing_reservation r
      JOIN ticketing_reservationitem i ON i.reservation_id = r.id
      JOIN ticketing_tickettype t ON t.id = i.ticket_type_id AND t.category <> ''
      LEFT JOIN ticketing_seat s ON s.reservation_id = r.id AND s.ticket_type_id = t.id
     WHERE r.status IN ('held', 'confirmed')
     GROUP BY r.id, t.id, i.quantity HAVING i.quantity <> count(s.id)
    """,
)

SEAT_TICKETS = Invariant(
    "a sold seat has one valid ticket, of the reservation that has it; no other seat has one",
    """
    SELECT s.event_id, s.number, s.state, count(k.id)
      FROM ticketing_seat s
      LEFT JOIN ticketing_ticket k ON k.seat_id = s.id AND k.voided_at IS NULL
     GROUP BY s.id
    HAVING count(k.id) <> CASE s.state WHEN 's' THEN 1 ELSE 0 END
        OR NOT bool_and(k.id IS NULL OR k.reservation_id = s.reservation_id)
    """,
)


def declare_all() -> None:
    declare(STOCK, ALLOWANCES, TOTALS, TICKETS, PAYMENTS, SETTLEMENTS)
    declare(SEATS, SEAT_COUNTS, SEAT_ITEMS, SEAT_TICKETS)
