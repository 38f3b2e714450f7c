from voting.models.ballot import Ballot, Vote
from voting.models.comment import Comment, CommentLike
from voting.models.menu import Menu
from voting.models.movement import Movement
from voting.models.option import Kind, Option
from voting.models.place import Place
from voting.models.review import Review
from voting.models.round import Round, Status, TieRule
from voting.models.schedule import Schedule
from voting.models.team import Membership, Team
from voting.models.webhook import Posting, Webhook

__all__ = [
    "Ballot",
    "Comment",
    "CommentLike",
    "Kind",
    "Membership",
    "Menu",
    "Movement",
    "Option",
    "Place",
    "Posting",
    "Review",
    "Round",
    "Schedule",
    "Status",
    "Team",
    "TieRule",
    "Vote",
    "Webhook",
]
