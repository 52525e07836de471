"""Settings with the names, the variables and the behavior of BEO Datastore's, as far as infrastructure depends on them."""

import os

import django

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SECRET_KEY = os.environ.get("SECRET_KEY")
DEBUG = int(os.environ.get("DEBUG", default=0))
APP_ENV = os.environ.get("APP_ENV")

try:
    ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS").split(" ")
except AttributeError:
    ALLOWED_HOSTS = []

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "django_celery_results",
    "storages",
    "beo_datastore.apps.BeoDatastoreConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "beo_datastore.urls"
WSGI_APPLICATION = "beo_datastore.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": os.environ.get("SQL_ENGINE", "django.db.backends.sqlite3"),
        "NAME": os.environ.get("SQL_DATABASE", os.path.join(BASE_DIR, "db.sqlite3")),
        "USER": os.environ.get("SQL_USER", "user"),
        "PASSWORD": os.environ.get("SQL_PASSWORD", "password"),
        "HOST": os.environ.get("SQL_HOST", "localhost"),
        "PORT": os.environ.get("SQL_PORT", "5432"),
    }
}

SESSION_COOKIE_SECURE = os.environ.get("SESSION_COOKIE_SECURE", False)
CSRF_COOKIE_SECURE = os.environ.get("CSRF_COOKIE_SECURE", False)

TIME_ZONE = "UTC"
USE_TZ = False
DJANGO_CELERY_BEAT_TZ_AWARE = False
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

AWS_ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID")
AWS_SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY")
AWS_DEFAULT_ACL = os.environ.get("AWS_DEFAULT_ACL")
# Only here: the emulated S3.
AWS_S3_ENDPOINT_URL = os.environ.get("AWS_S3_ENDPOINT_URL")

STATIC_ROOT = STATIC_URL = os.environ.get("STATIC_ROOT", default="/static/")
AWS_STORAGE_BUCKET_NAME = os.environ.get("AWS_STORAGE_BUCKET_NAME")
AWS_MEDIA_BUCKET_NAME = os.environ.get("AWS_MEDIA_BUCKET_NAME", "")
MEDIA_ROOT = MEDIA_URL = os.path.join(os.environ.get("MEDIA_ROOT", BASE_DIR), "media_root/")
STATICFILES_STORAGE = "storages.backends.s3boto3.S3Boto3Storage"
DEFAULT_FILE_STORAGE = "beo_datastore.storages.MediaStorage"
if django.VERSION >= (4, 2):
    STORAGES = {
        "default": {"BACKEND": DEFAULT_FILE_STORAGE},
        "staticfiles": {"BACKEND": STATICFILES_STORAGE},
    }
    del DEFAULT_FILE_STORAGE, STATICFILES_STORAGE

if APP_ENV != "local":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CELERY_RESULT_BACKEND = "django-db"
BROKER_URL = os.environ.get("BROKER_URL", "sqs://%s:%s@" % (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY))
CELERY_ACCEPT_CONTENT = ["application/json"]
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_SERIALIZER = "json"
CELERY_DEFAULT_QUEUE = os.environ.get("CELERY_DEFAULT_QUEUE", "beo_datastore")
BROKER_TRANSPORT_OPTIONS = {"region": "us-west-1", "polling_interval": 1}

if APP_ENV != "local":
    logging_level = "DEBUG" if APP_ENV == "dev" else "ERROR"
    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"verbose": {"format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {
            "django_log": {
                "level": logging_level,
                "class": "logging.FileHandler",
                "filename": "/var/log/django/django.log",
                "formatter": "verbose",
            },
        },
        "loggers": {"django": {"handlers": ["django_log"], "level": logging_level, "propagate": True}},
    }
