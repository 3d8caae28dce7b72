import cv2
import pytest


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """As in the workers: OpenCV's pool costs more than it gives for pictures of this size."""
    cv2.setNumThreads(1)
