"""Answers as language models give them."""

from __future__ import annotations

import json
from typing import Any

TEXTS = {
    "english": "The small fox lifted the lantern and looked out over the quiet, silver sea, page {n}.",
    "greek": "Η μικρή αλεπού σήκωσε το φανάρι και κοίταξε την ήσυχη θάλασσα, σελίδα {n}.",
    "japanese": "小さなきつねはランタンを持ち上げて、静かな海を見ました。",
    "chinese": "小狐狸举起灯笼，望着安静的大海。",
    "hindi": "छोटी लोमड़ी ने लालटेन उठाई और शांत समुद्र को देखा।",
    "ukrainian": "Маленька лисиця підняла ліхтар і подивилася на тихе море.",
}
LOOK = "A small red fox with a white chest, a dark blue sailor's scarf and one torn ear."


def story(count: int = 6, language: str = "english", **changes: Any) -> dict[str, Any]:
    text = TEXTS[language]
    return {
        "title": "The Fox and the Lighthouse",
        "description": "A fox keeps a light burning.",
        "hero": {
            "name": "Fenna", "kind": "fox", "appearance": LOOK, "outfit": "#203a6b", "skin": "#D9682C",
            "hair": "white", "accent": "#ffffff",
        },
        "pages": [
            {
                "text": text.format(n=n), "picture": f"the fox climbs stair {n} of a lighthouse by lantern light",
                "place": "Lighthouse", "time": "night", "weather": "storm", "action": "walk", "mood": "tense",
                "props": ["lantern", "submarine", "lantern", "door", "book", "key"], "companion": "",
            }
            for n in range(1, count + 1)
        ],
        **changes,
    }  # fmt: skip


def play(count: int = 6, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Silent Harbour Élan!",
        "characters": [
            {"name": "Maya Chen", "role": "Protagonist", "appearance": "grey coat"},
            {"name": "Tom Reed", "role": "villain"},
            {"name": "Old Ruth", "role": "protagonist"},
        ],
        "scenes": [
            {
                "title": f"Scene {n}", "description": "Maya looks for the missing boat.", "location": "Harbour",
                "time_of_day": "Dusk" if n == 1 else "teatime", "duration": 7 * n, "characters": ["Maya", "Nobody"],
                "key_actions": ["runs", "", "hides"],
                "shots": [
                    {"type": "Wide", "camera_movement": "pan", "duration": 3},
                    {"type": "bird's eye", "camera_movement": "spin", "duration": "long"},
                ],
            }
            for n in range(1, count + 1)
        ],
        **changes,
    }  # fmt: skip


def said(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)
