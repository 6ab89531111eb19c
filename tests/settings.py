"""The product's settings with what makes tests fast and independent of the machine."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ["DEBUG"] = "0"
os.environ["MFA_REQUIRED"] = "0"

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "sessionid", "csrftoken", "language"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "template_fragments": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # To write down the traceback of a refusal takes ten times as long as the refusal; a failing test shows its own.
    "loggers": {"django.request": {"level": "CRITICAL", "propagate": False}},
}
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
FEED_REQUESTS = None

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory, so that threads and servers in tests meet real locks.
    _folder = tempfile.mkdtemp(prefix="engagement-test-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "db.sqlite3")}
