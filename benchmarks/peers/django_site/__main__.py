"""``python -m benchmarks.peers.django_site NAME=LOW:HIGH …``: Django's own tables and its users."""

import os
import sys

import django


def main(reaches: list[str]) -> None:
    """Migrate and create one superuser per ``NAME=LOW:HIGH``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.django_site.settings")
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for pair in reaches:
        name, _, reach = pair.partition("=")
        User.objects.create_superuser(name, password="benchmark", last_name=reach)


main(sys.argv[1:])
