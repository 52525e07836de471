# Creates the first superuser from SUPPORT_EMAIL and SUPPORT_PASSWORD, for `manage.py shell`.
import os

from django.contrib.auth import get_user_model

users = get_user_model().objects
if users.filter(is_superuser=True).exists():
    print("There is a superuser already.")
else:
    email = os.environ["SUPPORT_EMAIL"]
    users.create_superuser(email, email, os.environ["SUPPORT_PASSWORD"])
    print("Created the superuser " + email)
