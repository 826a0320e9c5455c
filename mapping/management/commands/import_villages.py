from mapping.management.importing import ImportCommand


class Command(ImportCommand):
    kind = "villages"
    help = "Import villages: DOPA's CSV or raw JSON, or our own export."
