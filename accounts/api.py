from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import accounts.openapi  # noqa: F401  # tells the API page how to sign in
from accounts import refresh, services
from accounts.authentication import signed_in
from accounts.devices import user_agent
from accounts.errors import WrongPassword
from accounts.forms import LONGEST_PASSWORD
from accounts.limits import REFRESHES, SIGN_UPS
from accounts.models import User
from accounts.names import name_and_email, validate_name
from accounts.tokens import issue_access
from core.addresses import client_address
from core.openapi import problems
from core.throttle import spend


class Credentials(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254, help_text="User name or e-mail address.")
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class Registration(serializers.Serializer[Any]):
    username = serializers.CharField(
        max_length=254,
        validators=[validate_name],
        help_text="Letters, digits and `. + - _`, or one's own e-mail address.",
    )
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    emp_no = serializers.CharField(
        max_length=32, required=False, allow_blank=True, allow_null=True, default=None
    )
    language = serializers.ChoiceField(User.Language.choices, required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Weigh the password against whose it will be."""
        username, email = name_and_email(said["username"], said["email"])
        try:
            validate_password(said["password"], User(username=username, email=email))
        except ValidationError as weak:
            raise serializers.ValidationError({"password": weak.messages}) from weak
        return said


class Refresh(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=200)


class Tokens(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="For `Authorization: Bearer`.")
    refresh = serializers.CharField(help_text="Good once; using it twice signs the app out.")
    expires_in = serializers.IntegerField(help_text="Seconds until `access` expires.")


class Me(serializers.ModelSerializer[User]):
    id = serializers.CharField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "email", "emp_no", "language", "is_staff"]


class Door(APIView):
    """What one may do before one is signed in; cookies mean nothing here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class RegisterView(Door):
    @extend_schema(
        operation_id="auth_register",
        summary="Sign up",
        request=Registration,
        responses={201: Tokens, **problems(400, 409, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        said = _read(Registration, request)
        spend(SIGN_UPS.key(client_address(request)))
        user = services.sign_up(**said)
        return _tokens(user, request, status=status.HTTP_201_CREATED)


class TokenView(Door):
    @extend_schema(
        operation_id="auth_token",
        summary="Sign in",
        request=Credentials,
        responses={200: Tokens, **problems(400, 401, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        user = authenticate(request, **_read(Credentials, request))
        if user is None:
            raise WrongPassword
        return _tokens(user, request)


class RefreshView(Door):
    @extend_schema(
        operation_id="auth_refresh",
        summary="Swap a refresh token for new tokens",
        request=Refresh,
        responses={200: Tokens, **problems(400, 401, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        spend(REFRESHES.key(client_address(request)))
        user_id, token = refresh.rotate(_read(Refresh, request)["refresh"])
        return _answer(user_id, token)


class RevokeView(Door):
    @extend_schema(
        operation_id="auth_revoke",
        summary="Sign out",
        request=Refresh,
        responses={204: None, **problems(400, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        spend(REFRESHES.key(client_address(request)))
        refresh.end_family(_read(Refresh, request)["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    @extend_schema(
        operation_id="auth_me",
        summary="Who is signed in",
        responses={200: Me, **problems(401)},
    )
    def get(self, request: Request) -> Response:
        return Response(Me(signed_in(request)).data)


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body as `serializer` understands it, or refuse it."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _tokens(user: User, request: Request, *, status: int = status.HTTP_200_OK) -> Response:
    token = refresh.start_family(user=user, device=user_agent(request))
    return _answer(user.pk, token, status=status)


def _answer(user_id: int, token: str, *, status: int = status.HTTP_200_OK) -> Response:
    """Return both tokens; RFC 6749 5.1 forbids to keep a copy on the way."""
    lifetime = settings.ACCESS_TOKEN_LIFETIME
    answer = {
        "access": issue_access(user_id, lifetime=lifetime),
        "refresh": token,
        "expires_in": int(lifetime.total_seconds()),
    }
    return Response(answer, status=status, headers={"Cache-Control": "no-store"})
