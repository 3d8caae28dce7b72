"""The artifact store's suite on MinIO's image."""

import pytest

from shared.artifacts.s3 import S3ArtifactStore
from tests.artifacts.suite import ArtifactStoreSuite


class TestMinio(ArtifactStoreSuite):
    @pytest.fixture
    def store(self, artifact_store: S3ArtifactStore) -> S3ArtifactStore:
        return artifact_store
