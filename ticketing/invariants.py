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


def declare_all() -> None:
    declare(STOCK, ALLOWANCES, TOTALS, TICKETS, PAYMENTS, SETTLEMENTS)
