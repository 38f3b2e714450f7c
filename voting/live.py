"""The topic of rounds: what is up for vote, the tally, who leads.

`votes.<round id>`   anyone may watch; nothing of it says who voted for what
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch
from django.db.models.expressions import RawSQL

from realtime.topics import Change, TopicKind, register
from voting.fragments import fragments
from voting.ids import rows_of
from voting.models import Comment, Kind, Option, Round, Status

VOTE_KINDS = {Kind.PLACE: "place_vote", Kind.MENU: "menu_vote", Kind.DATE: "date_vote"}

RECENT = 50  # comments in a snapshot
LATEST_COMMENTS = """
SELECT latest.id FROM unnest(%s::bigint[]) AS one (id) CROSS JOIN LATERAL (
    SELECT c.id FROM voting_comment c WHERE c.round_id = one.id ORDER BY c.id DESC LIMIT %s
) AS latest
"""

Row = Mapping[str, Any]


def round_topic(round_id: int) -> str:
    return f"votes.{round_id}"


def option_value(row: Row) -> dict[str, Any]:
    """Return an option and its count; `row` is as a claim or `option_row` returns it.

    Whether it leads is said of the round alone: an option loses the lead without changing.
    """
    return {
        "round": str(row["round_id"]),
        "id": row["public_id"],
        "name": row["name"],
        "name_en": row["name_en"],
        "votes": row["num_votes"],
        "withdrawn": row["withdrawn_at"] is not None,
    }


def option_change(row: Row) -> Change:
    """Say what is now true of an option."""
    kind = row["kind"]
    key = f"{kind}.{row['public_id']}"
    return Change(key, VOTE_KINDS[kind], row["version"], option_value(row))


def round_value(row: Row, *, status: str, winners: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a round in figures; `winners` are public ids by kind."""
    eligible, voters = row["num_eligible"], row["num_voters"]
    leads = row["leads"]
    winner = {kind: winners.get(kind) for kind in Kind.values}
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "status": status,
        "opens_at": instant(row["opens_at"]),
        "closes_at": instant(row["closed_at"] or row["closes_at"]),
        "anonymous": row["anonymous"],
        "votes": row["num_votes"],
        "voters": voters,
        "eligible": eligible,
        "turnout": round(min(1.0, voters / eligible), 4) if eligible else 0,
        "leaders": {kind: leads.get(kind, {}).get("id") for kind in Kind.values},
        "settled": row["settled_at"] is not None,
        "tie_rule": row["tie_rule"],
        "seed_hash": row["seed_hash"],
        "seed": row["seed"] if row["settled_at"] is not None else None,
        "run_off": str(row["run_off"]) if row.get("run_off") else None,
        "ate_at": str(row["ate_at_id"]) if row["ate_at_id"] else None,
        "winner": winner if any(winner.values()) else None,
    }


def round_change(row: Row, *, status: str, winners: Mapping[str, str | None]) -> Change:
    """Say what is now true of a round as a whole."""
    value = round_value(row, status=status, winners=winners)
    return Change(f"round.{row['id']}", "vote_update", row["version"], value)


def lead_change(lead: Row, *, round_id: int, kind: str) -> Change:
    """Say who leads since `lead["version"]`, and with how many votes it took the lead."""
    value = {
        "round": str(round_id),
        "kind": kind,
        "id": lead["id"],
        "name": lead["name"],
        "name_en": lead.get("name_en", ""),
        "votes": lead["votes"],
    }
    return Change(f"lead.{kind}", "leader_changed", lead["version"], value)


def cast_changes(said: Row) -> list[Change]:
    """Return what a vote that counted has changed, as `voting_cast` says."""
    row, option = said["round"], said["option"]
    changes = [
        option_change(option),
        round_change(row, status=Status.OPEN, winners={}),
    ]
    if said["lead"] is not None:
        changes.append(lead_change(said["lead"], round_id=row["id"], kind=option["kind"]))
    return changes


def comment_change(comment: Comment) -> Change:
    """Say what is now true of a comment, whose author was read along."""
    value = {
        "round": str(comment.round_id),
        "id": str(comment.pk),
        "author": comment.user.get_full_name() if comment.deleted_at is None else None,
        "text": comment.text,
        "likes": comment.num_likes,
        "created_at": instant(comment.created_at),
        "edited_at": instant(comment.edited_at),
        "deleted": comment.deleted_at is not None,
    }
    return Change(f"comment.{comment.pk}", "comment_updated", comment.version, value)


def option_row(option: Option) -> dict[str, Any]:
    """Return an option, whose place or menu was read along, as a claim returns it."""
    return {
        "id": option.pk,
        "round_id": option.round_id,
        "kind": option.kind,
        "public_id": option.public_id,
        "name": option.name,
        "name_en": option.menu.name_en if option.menu else "",
        "num_votes": option.num_votes,
        "withdrawn_at": option.withdrawn_at,
        "version": option.version,
    }


def round_row(known: Round) -> dict[str, Any]:
    """Return a round as a claim returns it."""
    fields = {field.attname: getattr(known, field.attname) for field in known._meta.concrete_fields}
    run_off = getattr(known, "run_off", None)
    return {**fields, "run_off": run_off.pk if run_off is not None else None}


def whole_round(known: Round) -> list[Change]:
    """Return all that is true of a round read by `watched_rounds`."""
    rows = {option.pk: option_row(option) for option in known.options.all()}
    leads = {kind: lead for kind, lead in known.leads.items() if lead["option"] in rows}
    winners = {kind: _public_id(rows, getattr(known, f"winner_{kind}_id")) for kind in Kind.values}
    return [
        round_change(round_row(known), status=known.current_status, winners=winners),
        *map(option_change, rows.values()),
        *(
            lead_change({**rows[lead["option"]], **lead}, round_id=known.pk, kind=kind)
            for kind, lead in leads.items()
        ),
    ]


def watched_rounds(ids: Collection[int]) -> list[Round]:
    """Read rounds with all that is up for vote in them, in two queries."""
    options = Option.objects.select_related("place", "menu")
    rounds = Round.objects.with_status().select_related("run_off").filter(pk__in=ids).order_by()
    return list(rounds.prefetch_related(Prefetch("options", options)))


def latest_comments(ids: Collection[int]) -> dict[int, list[Change]]:
    """Read the newest comments of each of these rounds, in one query."""
    latest = RawSQL(LATEST_COMMENTS, [list(ids), RECENT])  # noqa: S611  # the values are bound
    found: dict[int, list[Change]] = {row: [] for row in ids}
    for comment in Comment.objects.select_related("user").filter(pk__in=latest):
        found[comment.round_id].append(comment_change(comment))
    return found


def round_snapshots(idents: Collection[str]) -> dict[str, list[Change]]:
    """Read what is true of each round, in three queries however many they are."""
    rows = {ident: row for ident, row in rows_of(idents).items() if ident == str(row)}
    known = {of.pk: whole_round(of) for of in watched_rounds(set(rows.values()))}
    said = latest_comments(known.keys())
    return {ident: known[row] + said[row] for ident, row in rows.items() if row in known}


def register_topics() -> None:
    register(
        TopicKind(
            prefix="votes",
            public=True,
            snapshots=round_snapshots,
            fragments=fragments,
            presence=True,
            typing=True,
        )
    )


def instant(moment: datetime | str | None) -> str | None:
    """Write an instant as ISO 8601 in UTC."""
    if moment is None:
        return None
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _public_id(rows: Mapping[int, Row], option_id: int | None) -> str | None:
    row = rows.get(option_id) if option_id is not None else None
    return row["public_id"] if row is not None else None
