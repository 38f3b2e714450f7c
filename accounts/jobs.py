"""Work done later. Each may run twice."""

from django.db.models.functions import Now

from accounts.forms import PasswordResetForm
from accounts.models import RefreshToken
from accounts.sessions import SessionStore


def send_password_reset(email: str, host: str, secure: bool) -> None:
    """Mail a link to whoever has the address `email`, if anybody has.

    A job, so that the page takes as long for an address nobody has.
    """
    form = PasswordResetForm({"email": email})
    if form.is_valid():
        form.save(
            domain_override=host,
            use_https=secure,
            subject_template_name="accounts/password_reset_subject.txt",
            email_template_name="accounts/password_reset_mail.txt",
        )


def sweep_sign_ins() -> None:
    """Delete sessions and refresh tokens that time has ended."""
    SessionStore.clear_expired()
    RefreshToken.objects.filter(expires_at__lte=Now()).delete()
