"""What people say in a round, and what they like of it."""

from functools import partial

import pytest

from tests.builders import many_users
from tests.races import kinds, race
from tests.voting.rounds import a_round, a_team
from voting.errors import (
    EmptyText,
    NoSuchComment,
    NoSuchRound,
    NotEligible,
    NotYours,
    RoundCancelled,
    TextTooLong,
)
from voting.models import Comment
from voting.services.steering import cancel_round
from voting.services.talking import add_comment, delete_comment, edit_comment, like_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def remark(alice, lunch):
    return add_comment(round_id=lunch.pk, user_id=alice.pk, text="국물이 당겨요")


def now(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_people_say_something(alice, lunch, remark):
    assert (remark.user, remark.round, remark.text) == (alice, lunch, "국물이 당겨요")


def test_scripts_are_only_letters_and_control_letters_are_gone(alice, lunch):
    text = "<script>alert(1)</script>\r\n\r\n\r\n\r\nNUL\x00 \u202eabc "

    said = add_comment(round_id=lunch.pk, user_id=alice.pk, text=text)

    assert now(said).text == "<script>alert(1)</script>\n\nNUL abc"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", EmptyText),
        (" \n\x00", EmptyText),
        ("x" * 501, TextTooLong),
        ("가" * 10_000, TextTooLong),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(alice, lunch, remark, text, refusal):
    with pytest.raises(refusal):
        add_comment(round_id=lunch.pk, user_id=alice.pk, text=text)
    with pytest.raises(refusal):
        edit_comment(comment_id=remark.pk, user_id=alice.pk, text=text)

    assert [comment.text for comment in Comment.objects.all()] == ["국물이 당겨요"]


def test_500_letters_fit(alice, lunch):
    assert len(add_comment(round_id=lunch.pk, user_id=alice.pk, text="가" * 500).text) == 500


def test_one_edits_ones_own(alice, bob, remark):
    changed = edit_comment(comment_id=remark.pk, user_id=alice.pk, text="면이 당겨요")

    assert (changed.text, changed.version, changed.edited_at is None) == ("면이 당겨요", 2, False)
    assert edit_comment(comment_id=remark.pk, user_id=alice.pk, text="면이 당겨요").version == 2
    with pytest.raises(NotYours):
        edit_comment(comment_id=remark.pk, user_id=bob.pk, text="아니요")
    with pytest.raises(NoSuchComment):
        edit_comment(comment_id=remark.pk + 1000, user_id=alice.pk, text="아니요")
    assert now(remark).text == "면이 당겨요"


def test_one_deletes_ones_own_and_an_operator_anybodys(alice, bob, lunch, remark):
    other = add_comment(round_id=lunch.pk, user_id=alice.pk, text="또")
    with pytest.raises(NotYours):
        delete_comment(comment_id=remark.pk, user_id=bob.pk)

    delete_comment(comment_id=remark.pk, user_id=alice.pk)
    delete_comment(comment_id=remark.pk, user_id=alice.pk)
    delete_comment(comment_id=other.pk, user_id=None)

    assert not Comment.objects.standing().exists()
    assert {comment.text for comment in Comment.objects.all()} == {""}
    for step in (edit_comment, partial(like_comment, wanted=True)):
        words = {"text": "x"} if step is edit_comment else {}
        with pytest.raises(NoSuchComment):
            step(comment_id=remark.pk, user_id=alice.pk, **words)
    with pytest.raises(NotYours):
        delete_comment(comment_id=remark.pk, user_id=bob.pk)
    with pytest.raises(NoSuchComment):
        delete_comment(comment_id=remark.pk + 1000, user_id=None)


def test_a_like_is_a_state_and_no_switch(bob, remark):
    like = partial(like_comment, comment_id=remark.pk, user_id=bob.pk)

    assert [like(wanted=wanted).num_likes for wanted in (True, True, False, False)] == [1, 1, 0, 0]


@pytest.mark.race
def test_likes_at_once_are_counted_right(bob, remark):
    people = many_users(20)

    outcomes = race(
        [partial(like_comment, comment_id=remark.pk, user_id=one.pk) for one in people]
        + [partial(like_comment, comment_id=remark.pk, user_id=bob.pk)] * 10
    )

    assert kinds(outcomes) == {"Comment": 30}
    assert now(remark).num_likes == 21


def test_only_those_who_may_vote_have_a_say(alice, bob, noodles):
    of = a_round(noodles, team=a_team(alice))
    said = add_comment(round_id=of.pk, user_id=alice.pk, text="우리끼리")

    with pytest.raises(NotEligible):
        add_comment(round_id=of.pk, user_id=bob.pk, text="나도")
    with pytest.raises(NotEligible):
        like_comment(comment_id=said.pk, user_id=bob.pk)
    with pytest.raises(NoSuchRound):
        add_comment(round_id=of.pk + 1000, user_id=alice.pk, text="어디")


def test_nobody_talks_in_a_cancelled_round(alice, lunch):
    cancel_round(round_id=lunch.pk)

    with pytest.raises(RoundCancelled):
        add_comment(round_id=lunch.pk, user_id=alice.pk, text="왜요?")
