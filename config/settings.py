"""Settings, all from the environment; README lists them under "Run it for real".

A secret has no default outside DEBUG: without SECRET_KEY the start fails and says so.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development") if DEBUG else env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "engagement.apps.EngagementConfig",
    "mandates.apps.MandatesConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_countries",
    "django_filters",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "config.middleware.protective_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.private_pages",
    "config.middleware.utf8_only",
    "config.middleware.feeds_by_key_alone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.not_too_large",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "engagement.middleware.session_clock",
    "engagement.middleware.reader_preferences",
    "engagement.middleware.SignInRequired",
    "engagement.middleware.second_factor",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["engagement.templatetags.forms"],  # its csrf_token says whose page a form stands on
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# -- Data --------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # With Django's defaults, parallel writers fail with "database is locked": a transaction that reads first
    # cannot wait for the lock. IMMEDIATE takes it at the start and waits up to `timeout` seconds.
    # secure_delete overwrites what is erased; FULL makes an acknowledged save survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # PostgreSQL takes a page read out of order to cost four times one in order, as on a disk that turns; these tables
    # lie in memory or on a solid-state disk. With 4 it walks the log where it could go by the index of a mandate.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The counters that throttle sign-in live in the cache, and files that wait for the confirmation of their import;
# several workers must share them. At Django's limit of 300 entries, a third of the counters would be thrown away.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if DEBUG
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Drop-downs that are drawn the same again and again ({% cache %} looks here); each worker keeps its own.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"},
}

# -- Words and dates ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Static files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- Accounts ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "engagement.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "engagement:home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "engagement.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "engagement.forms.account.LoginForm",
    "reset_password": "engagement.forms.account.ResetPasswordForm",
    "reset_password_from_key": "engagement.forms.account.ResetPasswordKeyForm",
    "change_password": "engagement.forms.account.ChangePasswordForm",
}
MFA_FORMS = {"activate_totp": "engagement.forms.account.ActivateTOTPForm"}
ACCOUNT_USER_DISPLAY = "engagement.accounts.user_display"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger cannot make us write to any address
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or factor is mailed to its owner
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser
SESSION_ENGINE = "engagement.sessions"  # and after 12 hours at most
SESSION_COOKIE_AGE = 30 * 60  # without anything done
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would carry names
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# `key` is the account together with the address that tries (engagement.accounts), so that nobody locks out an owner
# elsewhere. The code of a second factor is counted by account alone: who is asked for it knows the password.
# Resets are not counted by account either; `accounts.mail_password` spares the mailbox.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip"}
# How often one key to feeds may ask, and one address with keys that open nothing: (times, seconds).
FEED_REQUESTS = (120, 600)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost; browsers themselves refuse all else without TLS
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators enter addresses; nobody verifies them by mail
MFA_TOTP_ISSUER = "Protection cluster engagement"
# The task team and administrators must hold a second factor before they read anything.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=True)

# How many proxies of our own stand in front; each appends to X-Forwarded-For. 0: the header is not believed.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- Mail --------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
# Who is told that a page broke; the mail says which, and nothing of the request.
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
EMAIL_SUBJECT_PREFIX = "[Cluster engagement] "
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@example.org")

# -- Protection of the browser -----------------------------------------------------------------------

# Read by config.middleware under the name that Django 6 uses, so that its own middleware can take over.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
# Other sites learn nothing of our addresses. With "no-referrer", browsers would send no origin with our own forms
# either, which the check of their tokens needs; and a button pressed too late could not lead back to its page.
SECURE_REFERRER_POLICY = "same-origin"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
        "payment", "usb",
    )
)  # fmt: skip
WHITENOISE_ALLOW_ALL_ORIGINS = False
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # ends with the browser, as the session does
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
if not DEBUG:
    SECURE_SSL_REDIRECT = True
    if SITE_URL.startswith("https://"):
        SECURE_SSL_HOST = SITE_URL.removeprefix("https://")  # not what a client writes into its Host header
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"

CSRF_FAILURE_VIEW = "engagement.views.kept_form.form_too_old"
BODY_MAX_BYTES = 6_000_000  # a form with its files; `config.spreadsheets` takes 5 MB of them
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000  # the same form without its files
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["config.uploads.BoundedUploadHandler"]  # nothing that is handed in lies in a folder
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# -- Logs: which page and how it ended, never what was typed ------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "logging.Formatter" if DEBUG else "config.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail": {"class": "config.logs.ErrorMail", "level": "ERROR"},
    },
    "loggers": {
        "django": {},  # neither Django's own lines nor its mails, which hold the whole request
        "django.server": {"propagate": True},
        "django.request": {"handlers": [] if DEBUG else ["mail"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}

IMPORT_EXPORT_USE_TRANSACTIONS = True
