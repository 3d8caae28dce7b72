from tests.fixtures.s3 import artifact_store, s3_settings, weed

__all__ = ["artifact_store", "s3_settings", "weed"]
