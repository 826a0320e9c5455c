from mapping.management.importing import ImportCommand


class Command(ImportCommand):
    kind = "offices"
    help = "Import offices with their territories, contacts and categories."
