from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "huiban.kernel.files"
    label = "files"
