"""Django settings for Jari, in the order of Django's reference.

Defaults suit a fresh checkout; with DEBUG off the secrets must be stated.
"""

from datetime import timedelta

from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import embedded, env

BASE_DIR = env.BASE_DIR
VAR = env.folder("JARI_VAR", default=BASE_DIR / "var")

# Core

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = env.secret("SECRET_KEY", kept_in=VAR / "secret_key", debug=DEBUG)
PORT = env.number("PORT", default=8000, low=1, high=65535)
LIVE_PORT = env.number("LIVE_PORT", default=min(PORT + 1, 65535), low=1, high=65535)
LISTEN = env.text("LISTEN", default="127.0.0.1")  # 0.0.0.0 lets other machines in
WEB_WORKERS = env.number("WEB_WORKERS", default=2, low=1, high=64)
WEB_THREADS = env.number("WEB_THREADS", default=16, low=1, high=256)  # each holds a connection
LIVE_WORKERS = env.number("LIVE_WORKERS", default=1, low=1, high=64)
DRAIN_SECONDS = env.number("DRAIN_SECONDS", default=0 if DEBUG else 3, low=0, high=3)
LIVE_URL = env.text("LIVE_URL")  # wss://host, where sockets do not live on LIVE_PORT of this host
ORIGINS = env.words("ORIGINS")  # https://jari.example: where our own pages are served
SITE_URL = ORIGINS[0] if ORIGINS else f"http://localhost:{PORT}"  # for links in e-mail
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (["*"] if DEBUG else [])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "corsheaders",
    "csp",
    "django_htmx",
    "config",  # before django_rq, whose rqcron it replaces
    "django_rq",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "realtime",
    "ticketing",
    "queueing",
    "voting",
]

MIDDLEWARE = [
    "core.middleware.RequestContext",
    "core.measuring.Measured",
    "django.middleware.security.SecurityMiddleware",
    "realtime.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "accounts.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "queueing.visits.KeepProofs",
    "core.middleware.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "realtime.context.live",
            ],
        },
    }
]

# Caches, databases, Redis

_database = env.database("DATABASE_URL")
_redis = env.redis("REDIS_URL")
EMBEDDED = [name for name, given in (("postgres", _database), ("valkey", _redis)) if not given]
REDIS_URL = _redis or embedded.redis_url(VAR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "jari",
        "OPTIONS": {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "retry": Retry(NoBackoff(), 1),
        },
    }
}
DATABASES = {
    "default": {
        **(_database or embedded.database(VAR)),
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 3,
        "application_name": "jari",
        "options": "-c lock_timeout=2s -c statement_timeout=5s"
        " -c idle_in_transaction_session_timeout=10s",
    }
)
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "prefix": "jari",
            "hosts": [
                {
                    "address": REDIS_URL,
                    "socket_timeout": None,  # a quiet subscription is not a broken one
                    "socket_connect_timeout": 5,
                    "health_check_interval": 30,
                }
            ],
        },
    }
}
RQ_QUEUES = {
    "default": {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 60, "COMMIT_MODE": "on_db_commit"},
    "ticks": {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 30, "COMMIT_MODE": "auto"},
}

# E-mail

_mail = env.mail("EMAIL_URL")  # smtp+tls://user:password@host:587
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL") or "Jari <no-reply@localhost>"

# Internationalisation: Korean first, Seoul's clock on the wall, UTC in the database

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True

# Logging

LOGGING_CONFIG = "core.logs.configure"
LOGGING = {"level": env.text("LOG_LEVEL", default="INFO"), "readable": DEBUG}

METRICS_TOKEN = env.text("METRICS_TOKEN")  # opens /metrics to `Authorization: Bearer …`

# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = ORIGINS
CORS_ALLOWED_ORIGINS = env.words("CORS_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = (*default_headers, "admission-pass", "idempotency-key", "if-none-match")
CORS_EXPOSE_HEADERS = (
    *("ETag", "Idempotent-Replayed", "Location", "Retry-After", "Server-Time", "X-Request-Id"),
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# Sessions, users

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.NameOrEmail"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "ticketing:events"
LOGOUT_REDIRECT_URL = "ticketing:events"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
THROTTLE = env.flag("THROTTLE", default=True)  # off for load rehearsals only
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0, high=9)  # whose X-Forwarded-For counts

# Static files and uploads

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.statics.HashedFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_URL = "media/"
MEDIA_ROOT = VAR / "media"

# Ways to pay, by the name that clients send. The sandbox takes test cards for real tickets.

SANDBOX_PAYMENTS = env.flag("SANDBOX_PAYMENTS", default=DEBUG)
PAYMENT_PROVIDERS = {
    **({"sandbox": "ticketing.payments.sandbox.Sandbox"} if SANDBOX_PAYMENTS else {}),
    "free": "ticketing.payments.free.Free",
}

# Django REST framework

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.api.Cursor",
    "EXCEPTION_HANDLER": "core.problems.api_problem",
    "PAGE_SIZE": 20,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jari",
    "DESCRIPTION": "Tickets, seats, waiting rooms and lunch votes, live.",
    "VERSION": "0.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "EventStatus": "ticketing.models.event.Status",
        "ReservationStatus": "ticketing.models.reservation.Status",
    },
    "SCHEMA_PATH_PREFIX": "/api",
}
