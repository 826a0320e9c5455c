from mapping.management.importing import ImportCommand


class Command(ImportCommand):
    kind = "pins"
    help = "Import needs: an office's table, our own download, or what Traffy Fondue publishes."
