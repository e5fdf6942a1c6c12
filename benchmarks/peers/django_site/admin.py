"""The changelist with the columns of the others, newest first."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from benchmarks.peers.django_site.models import Order


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """No second count of the whole table; the unit joined instead of fetched row by row."""

    list_display = ("code", "title", "category", "state", "unit", "received_at", "due_at")
    list_filter = ("state",)
    list_select_related = ("unit",)
    list_per_page = 50
    search_fields = ("title",)
    # A box with 20 000 units to choose from would be nobody's form.
    raw_id_fields = ("unit",)
    ordering = ("-id",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Narrow the list to the path range kept in the user's ``last_name``."""
        low, _, high = request.user.last_name.partition(":")
        return super().get_queryset(request).filter(path__gte=low, path__lt=high)
