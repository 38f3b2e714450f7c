from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import User
from core.throttle import Limit, spend

LONGEST_PASSWORD = 128  # characters; more is only work for the server
PASSWORD_CHECKS = Limit("password-check", times=10, seconds=300)


def _password(*, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(strip=False, max_length=LONGEST_PASSWORD, widget=widget, **options)


class SignInForm(auth_forms.AuthenticationForm):
    username = auth_forms.UsernameField(
        label=_("User name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _password(label=_("Password"), autocomplete="current-password")
    error_messages = {
        "invalid_login": _("The name or the password is wrong."),
        "inactive": _("The name or the password is wrong."),
    }


class SignUpForm(forms.ModelForm):  # type: ignore[type-arg]
    password = _password(
        label=_("Password"),
        autocomplete="new-password",
        help_text=_("At least 8 characters, and nothing that others would guess."),
    )
    field_order = ["username", "password", "email", "emp_no", "language"]

    class Meta:
        model = User
        fields = ["username", "email", "emp_no", "language"]
        help_texts = {
            "username": _("A name of your choice, or your e-mail address."),
            "email": _("For sign-in and for a forgotten password."),
        }
        widgets = {
            "username": forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none"}
            ),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "emp_no": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def _post_clean(self) -> None:
        """Weigh the password once it is known whose it is."""
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        try:
            if password:
                validate_password(password, self.instance)
        except forms.ValidationError as weak:
            self.add_error("password", weak)

    def save(self, commit: bool = True) -> User:
        return services.sign_up(**self.cleaned_data)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    current_password = _password(
        label=_("Current password"),
        autocomplete="current-password",
        required=False,
        help_text=_("Only to change the e-mail address."),
    )
    field_order = ["name", "email", "current_password", "emp_no", "language"]

    class Meta:
        model = User
        fields = ["name", "email", "emp_no", "language"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "emp_no": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["emp_no"].disabled = bool(self.instance.emp_no)
        self.fields["email"].required = "@" in self.instance.username

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "email" in self.changed_data and "email" in cleaned:
            spend(PASSWORD_CHECKS.key(str(self.instance.pk)))
            if not self.instance.check_password(cleaned.get("current_password") or ""):
                self.add_error("current_password", _("The current password is wrong."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        user: User = self.instance
        services.change_profile(user=user, **said)
        return user


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    session_key: str | None = None

    def clean_old_password(self) -> str:
        spend(PASSWORD_CHECKS.key(str(self.user.pk)))
        return super().clean_old_password()

    def save(self, commit: bool = True) -> User:
        password = self.cleaned_data["new_password1"]
        services.change_password(user=self.user, password=password, session_key=self.session_key)
        return self.user


class SetPasswordForm(auth_forms.SetPasswordForm):  # type: ignore[type-arg]
    def save(self, commit: bool = True) -> User:
        user: User = self.user
        services.change_password(user=user, password=self.cleaned_data["new_password1"])
        return user


class PasswordResetForm(auth_forms.PasswordResetForm):
    def get_users(self, email: str) -> list[User]:
        """Return the one user with this address, by the index on it."""
        users: QuerySet[User] = User.objects.named(email).filter(is_active=True)
        return [user for user in users if user.has_usable_password()]

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        *rest: Any,
        **options: Any,
    ) -> None:
        """Write to people in their own language."""
        with translation.override(context["user"].language):
            super().send_mail(subject_template_name, email_template_name, context, *rest, **options)
