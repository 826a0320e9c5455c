from mapping.management.importing import ImportCommand


class Command(ImportCommand):
    kind = "figures"
    help = "Import people and households of areas."
