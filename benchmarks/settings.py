"""The product's settings as in production, without what a bench on one machine cannot have."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-benchmarks")
os.environ["DEBUG"] = "0"
os.environ["MFA_REQUIRED"] = "0"

from config.settings import *  # noqa: F403
from config.settings import STORAGES

ALLOWED_HOSTS = ["testserver"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "benchmarks.urls"
