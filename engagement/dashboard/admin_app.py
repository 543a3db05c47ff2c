"""Django's admin with our own site in its place."""

from django.contrib.admin.apps import AdminConfig


class DashboardAdminConfig(AdminConfig):
    default_site = "engagement.dashboard.site.DashboardSite"
