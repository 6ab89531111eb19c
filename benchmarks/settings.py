"""The product's settings as in production, without what a bench on one machine cannot have: TLS, second factors."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-benchmarks")
os.environ["DEBUG"] = "0"
os.environ["MFA_REQUIRED"] = "0"

from config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}  # noqa: F405
STATIC_ROOT = os.environ.get("BENCH_STATIC_ROOT")
ROOT_URLCONF = "benchmarks.urls"
