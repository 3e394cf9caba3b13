"""The settings, all of them, from the environment. A value nobody knows or nothing can be done with stops the start."""

import os
from datetime import timedelta

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from clinic import environment
from clinic.embedded.home import APP_ROLE, CHECKOUT

try:
    ENVIRONMENT = environment.read(os.environ)
except environment.BadEnvironment as bad:
    environment.stop(f"Interval does not start:\n{bad}")

MODE = ENVIRONMENT.mode
IS_DEMO = MODE == "demo"
IS_PRODUCTION = MODE == "production"
UNFIT_TO_SERVE = ENVIRONMENT.unfit

BASE_DIR = CHECKOUT
HOME = ENVIRONMENT.home
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_URL = ENVIRONMENT.public_url
"""What comes before a path in a letter's links; no slash at the end."""

INSTALLED_APPS = [
    "clinic.lib",
    "clinic.audit",
    "clinic.outbox",
    "clinic.locations",
    "clinic.staff",
    "patients",
    "treatments",
    "scheduling",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "js_lib_bootstrap5",
]

MIDDLEWARE = [
    "clinic.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.middleware.QuietHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "clinic.middleware.SpokenLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "clinic.lib.uploads.RequestSizeMiddleware",  # before the form is read, which the next one does
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.SessionEndsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed by default
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "clinic.middleware.NoughtBytesMiddleware",
    "patients.old_addresses.OldAddressMiddleware",
    "patients.kept_records.KeptRecordMiddleware",
    "clinic.middleware.GaveUpWaitingMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scheduling.context.rail",
                "scheduling.views.toasts.said",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------------------------------
# Who waits longer has gone; the owner's migrations may take their time, but not wait for a lock.
_PATIENCE = {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"}
_LIMITS = {"lock_timeout": "10s"} if ENVIRONMENT.as_owner else _PATIENCE
# A network that breaks tells nobody: without these a worker cut off waits a quarter of an hour for its answer, or two
# hours. Over a socket of the same machine they mean nothing.
_SILENCE = {
    "tcp_user_timeout": 30_000 // ENVIRONMENT.haste,
    "keepalives_idle": max(30 // ENVIRONMENT.haste, 1),
    "keepalives_interval": max(10 // ENVIRONMENT.haste, 1),
    "keepalives_count": 3,
}
# Tests connect as the owner, who migrates, and run as the app's role.
_STEP_DOWN = {"role": APP_ROLE} if MODE == "test" else {}
DATABASES = {
    "default": {
        **ENVIRONMENT.database,
        "CONN_MAX_AGE": 0 if MODE == "test" else 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **ENVIRONMENT.database.get("OPTIONS", {}),
            "application_name": "interval",
            "connect_timeout": 5,
            **_SILENCE,
            "options": " ".join(f"-c {name}={value}" for name, value in {**_LIMITS, **_STEP_DOWN}.items()),
        },
        "TEST": {"NAME": "test_interval"},
    },
}
APP_DATABASE_ROLE = APP_ROLE
"""Whom migrations grant rights to, and take them from on insert-only tables."""

# --- People and sessions --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "staff:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "staff:sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":  # hashing slowly is the point of Argon2 and the bane of a thousand tests
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "clinic.lib.sessions"
SESSION_ENDS_AFTER = timedelta(hours=12)
"""Counted from signing in, whatever happens in between: a working day."""
SESSION_COOKIE_AGE = int(SESSION_ENDS_AFTER.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # htmx sends the token from the page, not from the cookie
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
# __Host-: the browser takes it only with Secure and from this host alone. In the demo the port keeps two apart.
SESSION_COOKIE_NAME = "__Host-session" if IS_PRODUCTION else f"session_{HOME.port}"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_PRODUCTION else f"csrf_{HOME.port}"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "clinic.lib.csrf.failed"  # hands back what was typed
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would carry names

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [
    ["username", "ip_address"]
]  # a stranger elsewhere cannot lock the desk out of its own account
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"  # as Django calls it in every sign-in, whatever the model's field is
AXES_LOCKOUT_TEMPLATE = "staff/locked_out.html"

# --- What the browser is told ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own arrows and ticks are data: images in its stylesheet
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # a patient's link must not leave with a click on another site
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = ENVIRONMENT.behind_proxy
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from beside the server, without TLS
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

# --- Languages, days, numbers ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("hi", _("Hindi")), ("gu", _("Gujarati"))]
# Django has no Gujarati of its own, so it must be told what its templates ask of a language.
LANG_INFO["gu"] = {"bidi": False, "code": "gu", "name": "Gujarati", "name_local": "ગુજરાતી"}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["clinic.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Kolkata"

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "clinic.lib.static_files.HashedFiles",
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"  # tests collect nothing
WHITENOISE_AUTOREFRESH = MODE == "test"  # looked up when asked for: every test client would list all files anew
WHITENOISE_MAX_AGE = 0 if MODE == "test" else 3600

# What is sent in is stored in the database, never in a folder that a server hands out (docs/decisions/0075).
UPLOAD_FILE_MEGABYTES = ENVIRONMENT.upload_file_megabytes
UPLOAD_TOTAL_MEGABYTES = ENVIRONMENT.upload_total_megabytes
"""Of one file, and of all files of one form."""

# --- Letters and tasks ----------------------------------------------------------------------------------------------
EMAIL_BACKEND = ENVIRONMENT.email["EMAIL_BACKEND"]
EMAIL_HOST = ENVIRONMENT.email["EMAIL_HOST"]
EMAIL_PORT = ENVIRONMENT.email["EMAIL_PORT"]
EMAIL_HOST_USER = ENVIRONMENT.email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = ENVIRONMENT.email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = ENVIRONMENT.email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = ENVIRONMENT.email.get("EMAIL_USE_SSL", False)
OUTBOX_HASTE = ENVIRONMENT.haste
"""What leases, sweeps and waits are divided by: 1, but in tests."""
EMAIL_TIMEOUT = 20 / OUTBOX_HASTE
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.from_email
LETTERS_A_MINUTE = ENVIRONMENT.letters_a_minute
LETTERS_A_MINUTE_A_DOMAIN = ENVIRONMENT.letters_a_minute_a_domain
BOUNCE_ADDRESS = ENVIRONMENT.bounce_address
"""Who a mail server tells that a letter did not arrive; where empty, the sender of the letters."""
BOUNCE_MAILBOX = ENVIRONMENT.bounce_mailbox
"""Where those mails lie: "maildir:/path" or "mbox:/path"; where empty, nobody reads them."""
REDIS_URL = ENVIRONMENT.redis_url
MAIL_CATCHER_FOLDER = HOME.mail
MAIL_CATCHER_URL = f"http://127.0.0.1:{HOME.mail_port}" if IS_DEMO else ""
"""Where the demo shows what it caught; a letter's copy is at /message/<its Message-ID, percent-encoded>."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "clinic.middleware.RedactLinks"}},
    "formatters": {
        "line": {
            "()": "clinic.middleware.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # At DEBUG these two write down rows and whole pages: never, whatever level is asked for.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
        "clinic": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level, "propagate": False},
        **{
            app: {"handlers": ["stderr"], "level": ENVIRONMENT.log_level, "propagate": False}
            for app in ("patients", "treatments", "scheduling")
        },
    },
}
