"""The illustrator's vocabulary as English phrases that go together in a sentence."""

from __future__ import annotations

from shared.contracts.values import Style

STYLES: dict[Style, str] = {
    "photorealistic": "Photorealistic photograph, 35mm lens, natural light, lifelike textures, shallow depth of field",
    "cinematic": "Cinematic film still, dramatic soft lighting, rich colour grading, atmospheric depth",
    "anime": "Anime illustration, clean line art, cel shading, luminous painted background",
    "comic-book": "Comic book illustration, bold ink outlines, halftone shading, vivid flat colours",
    "pixar-art": "3D animated film still, rounded expressive characters, soft global illumination, warm colours",
}

PLACES = {
    "forest": "in a deep forest of tall trees",
    "meadow": "in a wide meadow of wild flowers",
    "mountain": "high in the mountains",
    "village": "in a small old village of cosy houses",
    "city": "in a big city of tall buildings",
    "street": "on a narrow street lined with houses",
    "castle": "before an old stone castle with towers",
    "sea": "out at sea, waves all around",
    "beach": "on a sandy beach by the sea",
    "lake": "at the shore of a still lake",
    "river": "on the bank of a winding river",
    "desert": "in a desert of golden dunes",
    "snowfield": "in a vast field of snow",
    "island": "on a small green island in the sea",
    "garden": "in a blooming garden",
    "farm": "on a farm with a red barn",
    "space": "among stars and planets in outer space",
    "market": "in a busy market of colourful stalls",
    "station": "on the platform of an old railway station",
    "bridge": "on an arched stone bridge",
    "lighthouse": "at the foot of a lighthouse on a rocky coast",
    "library": "in an old library with shelves up to the ceiling",
    "bedroom": "in a cosy bedroom",
    "kitchen": "in a warm country kitchen",
    "workshop": "in a workshop full of tools",
    "classroom": "in a classroom with wooden desks",
    "laboratory": "in a laboratory of glass flasks and strange instruments",
    "theatre": "on the stage of an old theatre with red curtains",
    "cave": "in a large cave with glimmering rocks",
}

TIMES = {
    "dawn": "at dawn, pale pink light",
    "day": "by day, clear daylight",
    "sunset": "at sunset, golden light and long shadows",
    "night": "at night, moonlight and deep blue shadows",
}

INDOOR_TIMES = {
    "dawn": "the first light of dawn through the window",
    "day": "daylight through the window",
    "sunset": "golden evening light through the window",
    "night": "at night, warm lamplight",
}

WEATHERS = {
    "cloudy": "under a cloudy sky",
    "rain": "in the rain, puddles and wet surfaces",
    "storm": "in a storm, dark clouds and lightning",
    "snow": "in falling snow",
    "fog": "in soft fog",
    "wind": "in a strong wind",
}

ACTIONS = {
    "stand": "standing",
    "walk": "walking",
    "run": "running fast",
    "sit": "sitting",
    "wave": "waving with a raised hand",
    "point": "pointing at something ahead",
    "read": "reading",
    "hold": "holding something carefully in both hands",
    "jump": "jumping for joy",
    "sleep": "sleeping",
    "think": "thinking, a hand at the chin",
}

MOODS = {
    "calm": "calm, peaceful mood",
    "happy": "happy, joyful mood",
    "sad": "sad, quiet mood",
    "scary": "eerie mood, long shadows, nothing gory",
    "tense": "tense, suspenseful mood",
    "wonder": "mood of wonder and awe",
    "funny": "funny, playful mood",
    "romantic": "tender, romantic mood",
}

KINDS = {
    "girl": "a young girl",
    "boy": "a young boy",
    "woman": "a woman",
    "man": "a man",
    "elder": "a kind old person",
    "queen": "a queen with a crown",
    "king": "a king with a crown",
    "wizard": "an old wizard with a pointed hat and a long beard",
    "knight": "a knight in armour",
    "sailor": "a sailor",
    "explorer": "an explorer with a hat and a backpack",
    "fox": "a fox",
    "cat": "a cat",
    "dog": "a dog",
    "rabbit": "a rabbit",
    "bear": "a bear",
    "mouse": "a mouse",
    "robot": "a friendly robot",
    "ghost": "a friendly little ghost",
    "bird": "a bird",
    "owl": "an owl",
    "dragon": "a small friendly dragon",
}

WORN = {
    "girl": "dress",
    "boy": "jumper",
    "woman": "coat",
    "man": "jacket",
    "elder": "cardigan",
    "queen": "gown",
    "king": "robe",
    "wizard": "robe",
    "knight": "tunic over the armour",
    "sailor": "sailor's shirt",
    "explorer": "jacket",
}
"""What people wear; animals wear a scarf."""

VIEWS = (
    "",
    "seen from another side, medium shot",
    "wide shot from farther away",
    "low camera angle",
    "closer view, waist up",
    "seen from slightly above",
)
"""Camera views: every variant of a picture is taken from another one."""

FRAMING = {
    "16:9": "wide composition",
    "4:3": "wide composition",
    "1:1": "square composition",
    "3:4": "tall composition",
    "9:16": "tall vertical composition",
}
