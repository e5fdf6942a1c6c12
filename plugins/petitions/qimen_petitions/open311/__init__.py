"""Open311 GeoReport v2: petitions read and made by programs (http://wiki.open311.org/GeoReport_v2)."""
