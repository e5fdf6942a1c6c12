"""The one application of the site."""

from django.apps import AppConfig


class Bench(AppConfig):
    """Names the package so that Django finds its models and admin."""

    name = "benchmarks.peers.django_site"
    label = "bench"
