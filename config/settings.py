"""All settings, read from the environment and from nowhere else. docs/operating.md lists them."""

import importlib.util
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def bundled_library(package: str, pattern: str) -> str | None:
    """Path of a library inside an installed wheel.

    GeoDjango and the wheels must share one GDAL and one GEOS: Debian's GDAL 3.6 comes along
    with PostGIS, and below 3.9 it cannot be kept from opening files named in a spatial reference.
    """
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent.parent / f"{package}.libs"
    return str(next(iter(sorted(folder.glob(pattern))), "")) or None


GDAL_LIBRARY_PATH = env("GDAL_LIBRARY_PATH", default=None) or bundled_library("pyogrio", "libgdal*.so*")
GEOS_LIBRARY_PATH = env("GEOS_LIBRARY_PATH", default=None) or bundled_library("shapely", "libgeos_c*.so*")

# -- the deployment's own choices -----------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("MEEMAP_HTTPS", default=False)
MEEMAP = {
    # Pins from people without an account: "off", "unchecked" (shown once an officer has
    # checked them) or "shown" (at once, marked as not yet checked; the demo does).
    "anonymous_pins": env.str("MEEMAP_ANONYMOUS_PINS", default="off"),
    "sample": env.bool("MEEMAP_SAMPLE", default=False),  # watermark, "sample": true, file names
    "start": env.str("MEEMAP_START", default=""),  # area code on which the office opens
    "tile_url": env.str("MEEMAP_TILE_URL", default=""),  # https://host/{z}/{x}/{y}.png, or none
    "tile_attribution": env.str("MEEMAP_TILE_ATTRIBUTION", default=""),
    "licence": env.str("MEEMAP_DATA_LICENCE", default="CC BY 4.0"),
    "import_max_mb": env.int("MEEMAP_IMPORT_MAX_MB", default=200),  # of one file sent by the page
    # Pins without an account from one address in an hour; a whole village may share one. 0: no limit.
    "anonymous_per_hour": env.int("MEEMAP_ANONYMOUS_PER_HOUR", default=1000),
    "line": bool(env.str("MEEMAP_LINE_LOGIN_ID", default="") and env.str("MEEMAP_LINE_LOGIN_SECRET", default="")),
    "mail": bool(env.str("EMAIL_URL", default="")),  # without it nobody is offered a code by e-mail
    # Shown on the first page of a sample, with its accounts; nowhere else.
    "demo_password": env.str("MEEMAP_DEMO_PASSWORD", default=""),
    # Notices to followers: their links begin with this address, and without it nothing is sent.
    "public_url": env.str("MEEMAP_PUBLIC_URL", default=""),
    "line_token": env.str("MEEMAP_LINE_CHANNEL_TOKEN", default=""),  # of the Messaging API channel
    "line_secret": env.str("MEEMAP_LINE_CHANNEL_SECRET", default=""),
    "line_api": env.str("MEEMAP_LINE_API", default="https://api.line.me"),
    "line_data_api": env.str("MEEMAP_LINE_DATA_API", default="https://api-data.line.me"),  # photos of the chat
}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
BACKUP_ROOT = env.str("BACKUP_ROOT", default=str(BASE_DIR / "var" / "backups"))

# -- Django ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # the site itself: mapping/admin.py
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_standardized_errors",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.line",
    "allauth.headless",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "mapping",
    "budget",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.well_formed_session",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "mapping.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "mapping.api.errors.csrf_failure"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/office/"
LOGOUT_REDIRECT_URL = "/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,  # the admin's own
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# One connection a thread, lent by a pool: without it a request costs a connection (about 5 ms).
# prepare_threshold=None: a generic plan for a prefix read took 53 ms where a custom one took 0.14.
_database = env.db_url("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")
_database["OPTIONS"] = {
    **_database.get("OPTIONS", {}),
    "prepare_threshold": None,
    "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
}
_database["TEST"] = {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", default="template_meemap")}
# The check before each use lets the server outlive a restart of PostgreSQL.
DATABASES = {"default": {**_database, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}}

LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
PAGES = BASE_DIR / "frontend" / "dist"  # static shells, made by Vite
STATICFILES_DIRS = [PAGES] if PAGES.exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8,12}\..+$"  # the names that Vite hashes

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# -- signing in -----------------------------------------------------------------------------
# django-allauth keeps codes, e-mail addresses and LINE; mapping/api/sign_in.py is the only door to it.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_COOKIE_AGE = 30 * 86_400
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {"account_signup": "/login/", "socialaccount_login_error": "/login/"}
ACCOUNT_ADAPTER = "mapping.api.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]  # of a form that is not offered; allauth's check wants it so
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # of an address that is added; the adapter lets people without one in
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_CHANGE_EMAIL = True  # one address a person
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # mapping/limits.py counts: a cache of one process lets parallel guesses through
SOCIALACCOUNT_ADAPTER = "mapping.api.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "line": {
        "APPS": (
            [
                {
                    "client_id": env.str("MEEMAP_LINE_LOGIN_ID", default=""),
                    "secret": env.str("MEEMAP_LINE_LOGIN_SECRET", default=""),
                    "key": "",
                }
            ]
            if MEEMAP["line"]
            else []
        ),
        "SCOPE": ["profile"],
        "OAUTH_PKCE_ENABLED": True,
    }
}
_mail = environ.Env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST") or "localhost", _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER") or "", _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="meemap@localhost")

# -- security -------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # tile servers ask who embeds them
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the web server in front does that
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
_tile_hosts = ["/".join(MEEMAP["tile_url"].split("/")[:3])] if MEEMAP["tile_url"] else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *_tile_hosts],
        "media-src": ["'self'", "blob:"],  # voice notes, fetched and then played
        "connect-src": ["'self'", *_tile_hosts],
        "font-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        # Signing in with LINE is a form that our server answers by leading there.
        "form-action": ["'self'", *(["https://access.line.me"] if MEEMAP["line"] else [])],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "geolocation": ["self"],
    "camera": ["self"],
    "microphone": ["self"],
    "payment": [],
    "usb": [],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 2**20  # a photo; the body gate holds everything else to 256 kB

# -- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["mapping.api.authentication.SessionOrDevice"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # access.py decides
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["mapping.api.parsers.GatedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": "mapping.access.Anonymous",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ME(e) Map",
    "DESCRIPTION": "Village needs on a map, and the budget that follows them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "mapping.api.errors.Handler",
    "ALLOWED_ERROR_STATUS_CODES": ["400", "403", "404"],
}

# -- jobs and words to the operator --------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"level": "ERROR"}},  # a 404 is an answer, not an event
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
