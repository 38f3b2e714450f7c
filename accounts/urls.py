from django.urls import path

from accounts import pages

app_name = "accounts"

urlpatterns = [
    path("", pages.Account.as_view(), name="account"),
    path("sign-in", pages.SignIn.as_view(), name="sign-in"),
    path("sign-up", pages.SignUp.as_view(), name="sign-up"),
    path("sign-out", pages.SignOut.as_view(), name="sign-out"),
    path("sign-out-everywhere", pages.sign_out_everywhere, name="sign-out-everywhere"),
    path("password", pages.PasswordChange.as_view(), name="password-change"),
    path("password-reset", pages.PasswordReset.as_view(), name="password-reset"),
    path("password-reset/sent", pages.PasswordResetSent.as_view(), name="password-reset-sent"),
    path(
        "password-reset/<uidb64>/<token>",
        pages.PasswordResetConfirm.as_view(),
        name="password-reset-confirm",
    ),
]
