"""Where a figure's joints are: proportions by kind and style, hands and feet by action, knees and elbows by geometry.

The figure's frame: feet at the origin, standing height 1, x towards where it looks, y up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from services.media.local.picture.looks import Look
from services.media.local.picture.shapes import Point
from services.media.local.picture.vocabulary import BEASTS


@dataclass(frozen=True)
class Build:
    """Proportions: head radius, heights of neck and hip, arm and leg lengths, half widths, limb thickness."""

    head: float
    neck: float
    hip: float
    arm: float
    leg: float
    chest: float
    waist: float
    thick: float


def build_of(kind: str, look: Look) -> Build:
    """Children and animals have big heads, grown-ups long legs; the style moves both."""
    small = kind in ("girl", "boy")
    beast = kind in BEASTS
    head = min((0.166 if beast else 0.134 if small else 0.110) * look.head, 0.185)
    neck = 1 - 2 * head * 0.97
    hip = neck * (0.46 if small else 0.42 if beast else 0.53)
    broad = 1.22 if kind in ("knight", "king", "bear") else 1.1 if kind in ("man", "sailor", "explorer") else 1.0
    chest = (0.098 if small else 0.112 if beast else 0.106) * broad
    thick = (0.052 if small else 0.06 if beast else 0.05) * look.limb * (1.1 if broad > 1.2 else 1.0)
    return Build(head, neck, hip, (neck - hip) * 1.26, hip, chest, chest * 0.84, thick)


@dataclass(frozen=True)
class Pose:
    """An action. Hands are in arm lengths from the shoulder, feet in leg lengths from below the hip."""

    near_hand: Point = (-0.14, -0.93)
    far_hand: Point = (0.24, -0.92)
    near_foot: Point = (-0.06, 0.0)
    far_foot: Point = (0.10, 0.0)
    lean: float = 0.0
    drop: float = 0.0
    lift: float = 0.0
    tilt: float = 0.0
    asleep: bool = False
    seated: bool = False
    chin: bool = False
    swing: float = 0.0
    """How much hair, cape and tail fly behind."""


POSES: dict[str, Pose] = {
    "stand": Pose(),
    "walk": Pose((-0.46, -0.80), (0.50, -0.76), (0.40, 0.0), (-0.42, 0.09), lean=0.02, swing=0.25),
    "run": Pose((-0.56, -0.40), (0.66, -0.28), (0.62, 0.20), (-0.78, 0.34), lean=0.075, lift=0.035, swing=0.8),
    "sit": Pose((0.42, -0.78), (0.62, -0.70), (0.82, 0.0), (0.66, 0.0), lean=-0.01, drop=0.50, seated=True),
    "wave": Pose((-0.16, -0.92), (0.60, 0.74), tilt=-4),
    "point": Pose((-0.22, -0.74), (0.98, 0.16), (-0.14, 0.0), (0.16, 0.0), lean=0.01),
    "read": Pose((0.50, -0.44), (0.74, -0.36), tilt=-9),
    "hold": Pose((-0.12, -0.93), (0.76, -0.26)),
    "jump": Pose((-0.56, 0.66), (0.62, 0.72), (0.34, 0.22), (-0.40, 0.32), lift=0.085, swing=0.5, tilt=4),
    "sleep": Pose(
        (0.40, -0.80),
        (0.50, -0.78),
        (0.90, 0.0),
        (0.80, 0.0),
        lean=-0.04,
        drop=0.56,
        tilt=-16,
        asleep=True,
        seated=True,
    ),
    "think": Pose((0.30, -0.60), (0.30, -0.60), tilt=5, chin=True),
}


@dataclass(frozen=True)
class Joints:
    """Every joint in the figure's frame."""

    build: Build
    pose: Pose
    hip: Point
    shoulder: Point
    head: Point
    near_elbow: Point
    near_hand: Point
    far_elbow: Point
    far_hand: Point
    near_knee: Point
    near_foot: Point
    far_knee: Point
    far_foot: Point
    near_root: Point = field(default=(0.0, 0.0))
    far_root: Point = field(default=(0.0, 0.0))

    def along_leg(self, far: bool, share: float) -> Point:
        """The point at `share` of the way from hip to ankle."""
        knee, foot = (self.far_knee, self.far_foot) if far else (self.near_knee, self.near_foot)
        if share < 0.5:
            return _between(self.hip, knee, share * 2)
        return _between(knee, foot, share * 2 - 1)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def bend(root: Point, target: Point, upper: float, lower: float, side: float) -> tuple[Point, Point]:
    """The middle joint and the reached end of a two-bone limb; `side` says which way it bends."""
    dx, dy = target[0] - root[0], target[1] - root[1]
    distance = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    reach = min(max(distance, abs(upper - lower) * 1.02), (upper + lower) * 0.995)
    ux, uy = dx / distance, dy / distance
    along = (upper * upper - lower * lower + reach * reach) / (2 * reach)
    off = max(upper * upper - along * along, 0.0) ** 0.5 * side
    middle = root[0] + ux * along - uy * off, root[1] + uy * along + ux * off
    return middle, (root[0] + ux * reach, root[1] + uy * reach)


def joints_of(build: Build, pose: Pose) -> Joints:
    """All joints for a build in a pose."""
    hip = (0.0, build.hip * (1 - pose.drop) - _bow(build, pose) + pose.lift)
    shoulder = (pose.lean, hip[1] + (build.neck - build.hip) - 0.035)
    head = (pose.lean * 1.35 + 0.012, hip[1] + (1 - build.hip) - build.head)
    near_root = (shoulder[0] - build.chest * 0.80, shoulder[1] - 0.01)
    far_root = (shoulder[0] + build.chest * 0.72, shoulder[1] - 0.01)
    near_hand = _reach(build, near_root, pose.near_hand)
    far_hand = _reach(build, far_root, pose.far_hand)
    if pose.chin:
        far_hand = (head[0] + build.head * 0.5, head[1] - build.head * 1.02)
        near_hand = (shoulder[0] + build.chest * 0.7, shoulder[1] - build.arm * 0.55)
    half = build.arm / 2
    near_elbow, near_hand = bend(near_root, near_hand, half, half, 1 if near_hand[0] < near_root[0] else -1)
    far_elbow, far_hand = bend(far_root, far_hand, half, half, -1)
    near_knee, near_foot = _leg(build, pose, hip, pose.near_foot, -0.036)
    far_knee, far_foot = _leg(build, pose, hip, pose.far_foot, 0.036)
    return Joints(
        build, pose, hip, shoulder, head,
        near_elbow, near_hand, far_elbow, far_hand,
        near_knee, near_foot, far_knee, far_foot,
        near_root, far_root,
    )  # fmt: skip


def _bow(build: Build, pose: Pose) -> float:
    """How far the hip sinks in a stride, since legs that are spread reach less far down."""
    if pose.seated:
        return 0.0
    stride = max(abs(pose.near_foot[0]) * (pose.near_foot[1] < 0.1), abs(pose.far_foot[0]) * (pose.far_foot[1] < 0.15))
    return build.leg * (1 - float(max(1 - stride * stride, 0.5) ** 0.5))


def _reach(build: Build, root: Point, hand: Point) -> Point:
    """Where a hand wants to be, in the figure's frame."""
    return root[0] + hand[0] * build.arm, root[1] + hand[1] * build.arm


def _leg(build: Build, pose: Pose, hip: Point, foot: Point, aside: float) -> tuple[Point, Point]:
    """Knee and ankle of the leg that starts `aside` of the hip's middle."""
    ankle = (aside + foot[0] * build.leg, 0.035 + foot[1] * build.leg + pose.lift * 0.6)
    bone = (build.leg - 0.034) / 2
    return bend((hip[0] + aside, hip[1]), ankle, bone, bone, 1)


def pose_for(action: str, holding: bool) -> Pose:
    """The action's pose; the far hand comes forward when it has something to hold."""
    pose = POSES.get(action, POSES["stand"])
    if holding and action in ("stand", "walk", "sit"):
        return replace(pose, far_hand=(0.76, -0.26))
    return pose
