"""Settings, all from the environment; a wrong or missing one stops the start with one line."""

from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str) -> str:
    """The value of an environment variable the portal cannot start without."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} chưa được đặt (xem README, mục Cấu hình).")
    return value


def field_keys() -> list[str]:
    """The keys of protected fields; each must be 32 bytes in URL-safe base64."""
    keys = [key.strip() for key in required("FIELD_KEYS").split(",") if key.strip()]
    try:
        is_right = bool(keys) and all(len(urlsafe_b64decode(key)) == 32 for key in keys)
    except ValueError:
        is_right = False
    if not is_right:
        raise ImproperlyConfigured("FIELD_KEYS phải là các khóa 32 byte viết bằng base64 URL.")
    return keys


def identity_provider() -> tuple[str, str, str]:
    """Issuer, client and secret for OpenID Connect; all empty when citizens cannot use it."""
    issuer: str = env.str("OIDC_ISSUER", default="")
    if not issuer:
        return "", "", ""
    if not issuer.startswith("https://") and not (PORTAL_DEMO and issuer.startswith("http://")):
        raise ImproperlyConfigured("OIDC_ISSUER phải bắt đầu bằng https:// (http:// chỉ khi thử).")
    return issuer, required("OIDC_CLIENT_ID"), required("OIDC_CLIENT_SECRET")


def password_profile() -> str:
    """Which rules passwords follow: `asvs` or `tcvn`."""
    name: str = env.str("PASSWORD_PROFILE", default="asvs")
    if name not in ("asvs", "tcvn"):
        raise ImproperlyConfigured("PASSWORD_PROFILE phải là asvs hoặc tcvn.")
    return name


PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
DEBUG = False
SECRET_KEY = required("SECRET_KEY")
# 32 bytes in URL-safe base64, newest first, separated by commas; `rotate_field_keys` moves rows.
FIELD_KEYS = field_keys()
# How many proxies of ours stand before the portal; spoofed X-Forwarded-For reaches no further.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PORTAL_URL = env.str("PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
TIMER_SCALE = env.float("TIMER_SCALE", default=1.0)
CLOCK_SHIFT_SECONDS = env.int("CLOCK_SHIFT_SECONDS", default=0)
# A draft nobody touches for so long is put away, after two warnings; then it can be taken back.
DRAFT_DAYS = env.int("DRAFT_DAYS", default=90)
DRAFT_TRASH_DAYS = env.int("DRAFT_TRASH_DAYS", default=30)
# For so long the row of an effect that is done is kept; its key is free after that.
EFFECT_DAYS = env.int("EFFECT_DAYS", default=30)
# Failures before somebody waits, and for how long; a code counts as fresh for so many minutes.
SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", default=5)
SIGN_IN_TRIES_PER_ADDRESS = env.int("SIGN_IN_TRIES_PER_ADDRESS", default=100)
CODE_TRIES = env.int("CODE_TRIES", default=5)
SIGN_IN_WAIT_MINUTES = env.int("SIGN_IN_WAIT_MINUTES", default=15)
# Wrong look-ups within a quarter of an hour, from one address and at one code.
LOOKUP_TRIES_PER_ADDRESS = env.int("LOOKUP_TRIES_PER_ADDRESS", default=60)
LOOKUP_TRIES_PER_CODE = env.int("LOOKUP_TRIES_PER_CODE", default=30)
# Calls of the API within a minute, of one person or, for strangers, from one address.
API_CALLS_A_MINUTE = env.int("API_CALLS_A_MINUTE", default=2000 if PORTAL_DEMO else 300)
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", default=5)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# Called with every change of the configuration.
CONFIGURATION_LOG = "portal.audit.configuring.note"
# Where the log's chain leaves a copy of its stand, on a disk of another keeper; empty: nowhere.
AUDIT_ANCHOR_DIR = env.str("AUDIT_ANCHOR_DIR", default="")
# Whoever shows it (Authorization: Bearer …) may read /metrics; without it only this machine.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "portal.core",
    "portal.audit",
    "portal.accounts",
    "portal.calendars",
    "portal.documents",
    "portal.integrations",
    "notifications",
    "procedures",
    "payments",
    "dossiers",
    "portal.reports",
]

MIDDLEWARE = [
    "portal.core.middleware.StayCalm",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.audit.middleware.KnowCaller",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.core.middleware.CleanText",
    "portal.core.middleware.ExplainRefusals",
    "portal.gate.PolicyGate",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.context.portal",
            ],
        },
    },
]

DATABASES = {"default": env.db_url_config(required("DATABASE_URL"))}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("DATABASE_CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
)
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=5,
    # Over TCP: a server that vanished without a word is noticed within half a minute.
    keepalives_idle=10,
    keepalives_interval=5,
    keepalives_count=3,
    tcp_user_timeout=20000,
    options="-c statement_timeout=15000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=30000 -c timezone=Asia/Ho_Chi_Minh",
)
if suffix := env.str("TEST_DB_SUFFIX", default=""):
    DATABASES["default"]["TEST"] = {"NAME": f"test_mocua_{suffix}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL")
_redis_broker = (
    REDIS_URL.replace("unix://", "redis+socket://", 1)
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_URL = _redis_broker
# Papers, pictures and scans take seconds and have a queue of their own, and so have the effects
# that do them. A worker that is told nothing else takes from both in turn: a letter waits for
# one paper that is being written, never for the fifty behind it.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "files": {}}
CELERY_TASK_ROUTES = {"documents.*": {"queue": "files"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A broker that is down must not hold up a request; the sweep sends what was promised.
    "max_retries": 0,
}
CELERY_BROKER_POOL_LIMIT = 10
CELERY_BROKER_CONNECTION_TIMEOUT = 2
# A worker waits for its broker as long as it takes, instead of ending after a hundred tries.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# The worker and the beat write the portal's own lines, not Celery's.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# On SIGTERM a worker takes no more work and finishes what it has, within the time limits above.
# A message is acknowledged only after the work: killed outright, it comes again, and the effect's
# lease and the task's own stamp keep it from being done twice.
# Publishing must never hold up a request: PostgreSQL remembers the effect, the sweep sends it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "core.sweep_outbox", "schedule": max(1.0, 30 * TIMER_SCALE)},
    "files": {"task": "documents.sweep", "schedule": max(1.0, 60 * TIMER_SCALE)},
    "file garbage": {"task": "documents.tidy", "schedule": max(1.0, 6 * 3600 * TIMER_SCALE)},
    "log": {"task": "audit.seal", "schedule": max(1.0, 60 * TIMER_SCALE)},
    "answers": {"task": "core.forget_answers", "schedule": max(1.0, 3600 * TIMER_SCALE)},
    "effects": {"task": "core.forget_effects", "schedule": max(1.0, 3600 * TIMER_SCALE)},
    "sessions": {
        "task": "accounts.forget_ended_sessions",
        "schedule": max(1.0, 3600 * TIMER_SCALE),
    },
    "dossiers": {"task": "dossiers.tick", "schedule": max(1.0, 60 * TIMER_SCALE)},
    "drafts": {
        "task": "dossiers.look_after_drafts",
        "schedule": max(1.0, 3600 * TIMER_SCALE),
    },
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "portal.accounts.sessions"
# A session ends when it is left alone so long, and after so many hours in any case.
SESSION_IDLE_OFFICER_MINUTES = env.int("SESSION_IDLE_OFFICER_MINUTES", default=15)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("SESSION_HOURS", default=8)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Behind TLS unless this is the demo on a plain loopback port.
if not PORTAL_DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on the machine itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.core.refusals.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "portal.accounts.backends.PostingBackend",
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "portal.accounts.password_profiles.ByProfile"}]
PASSWORD_PROFILE = password_profile()
# A password given for the first sign-in is good for so long.
FIRST_PASSWORD_HOURS = env.int("FIRST_PASSWORD_HOURS", default=72)

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
NUMBER_GROUPING = 3  # floatformat:"0g" writes 75.000
# Without this Django reads 02/03/1985 the American way.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Bytes go straight to the storage's own disk, where a file is taken in by renaming.
FILE_UPLOAD_HANDLERS = ["portal.documents.receiving.StreamToDisk"]
# Where the scanner (clamd) listens: unix:///path or tcp://host:port. Without it files stay in
# quarantine; outside the demo the portal does not start.
CLAMD_URL = env.str("CLAMD_URL", default="")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

_email = env.email_url_config(env.str("EMAIL_URL", default="consolemail://"))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or ""
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="khong-tra-loi@portal.invalid")
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")

# Where citizens prove who they are; without it the button is absent.
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = identity_provider()
OIDC_PATIENCE_SECONDS = env.float("OIDC_PATIENCE_SECONDS", default=5.0)

REST_FRAMEWORK = {
    # Bearer tokens go before the session; the first one that answers also says what a 401 asks for.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.bearer.BearerToken",
        "portal.core.api_sessions.SignedIn",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.gate.InPolicy"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.core.api_limits.CallsAMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.core.problems.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "portal.core.problems.Pages",
    "EXCEPTION_HANDLER": "portal.core.problems.explain",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Một Cửa",
    "DESCRIPTION": "Giao diện lập trình của cổng dịch vụ công.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ChannelEnum": ["online", "direct", "postal"]},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.core.log_lines.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
