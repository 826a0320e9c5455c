from mapping.management.importing import ImportCommand


class Command(ImportCommand):
    kind = "indicators"
    help = "Import indicators of areas: deprivation, travel time, hazard, past funding."
