"""Django admin: a changelist with list_filter, search off, a staff user and a scoped queryset."""
