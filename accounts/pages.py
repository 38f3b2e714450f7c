from typing import Any

from django.contrib import auth, messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts import forms, services
from accounts.authentication import signed_in
from accounts.devices import devices_of, remember_device, user_agent
from accounts.limits import RESETS, RESETS_OF_ADDRESS, SIGN_UPS
from accounts.models import User
from accounts.page_parts import RefusalInForm, speak
from core.addresses import client_address
from core.later import enqueue
from core.throttle import spend


class SignIn(RefusalInForm, views.LoginView):
    template_name = "accounts/sign_in.html"
    form_class = forms.SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_device(self.request.session, user_agent(self.request))
        return speak(response, signed_in(self.request).language)


class SignUp(views.RedirectURLMixin, RefusalInForm):
    template_name = "accounts/sign_up.html"
    form_class = forms.SignUpForm
    next_page = "ticketing:events"

    def get_initial(self) -> dict[str, Any]:
        return {"language": services.known_language(self.request.LANGUAGE_CODE)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_redirect_url(), **context)

    def form_valid(self, form: forms.SignUpForm) -> HttpResponse:
        spend(SIGN_UPS.key(client_address(self.request)))
        user = form.save()
        auth.login(self.request, user)
        remember_device(self.request.session, user_agent(self.request))
        return speak(redirect(self.get_success_url()), user.language)


class SignOut(views.LogoutView):
    pass


class Account(LoginRequiredMixin, RefusalInForm):
    template_name = "accounts/account.html"
    form_class = forms.ProfileForm
    success_url = reverse_lazy("accounts:account")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "instance": User.objects.get(pk=signed_in(self.request).pk),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        devices = devices_of(signed_in(self.request), session_key=self.request.session.session_key)
        return super().get_context_data(devices=devices, **context)

    def form_valid(self, form: forms.ProfileForm) -> HttpResponse:
        language = form.save().language
        with override(language):
            messages.success(self.request, _("Saved."))
        return speak(super().form_valid(form), language)


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out every browser and app, this one too."""
    services.sign_out_everywhere(user=signed_in(request))
    auth.logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("accounts:sign-in")


class PasswordChange(RefusalInForm, views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = forms.PasswordChangeForm
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form: Any) -> HttpResponse:
        form.session_key = self.request.session.session_key
        response = super().form_valid(form)
        messages.success(
            self.request, _("Your password is changed. Everything else is signed out.")
        )
        return response


class PasswordReset(RefusalInForm, views.PasswordResetView):
    template_name = "accounts/password_reset.html"
    form_class = forms.PasswordResetForm
    success_url = reverse_lazy("accounts:password-reset-sent")

    def form_valid(self, form: Any) -> HttpResponse:
        """Say the same, in the same time, whoever asks for whatever address."""
        email = form.cleaned_data["email"]
        spend(
            RESETS.key(client_address(self.request)),
            RESETS_OF_ADDRESS.key(email.lower()),
        )
        host, secure = self.request.get_host(), self.request.is_secure()
        enqueue("accounts.jobs.send_password_reset", email, host, secure)
        return redirect(self.get_success_url())


class PasswordResetSent(views.PasswordResetDoneView):
    template_name = "accounts/password_reset_sent.html"


class PasswordResetConfirm(RefusalInForm, views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    form_class = forms.SetPasswordForm
    success_url = reverse_lazy("accounts:sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Please sign in with it."))
        return super().form_valid(form)
