from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Holds the commands that need the whole house: `up`, `demo`, `audit`."""

    name = "config"
    verbose_name = "Jari"
