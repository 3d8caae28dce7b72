"""`talewright demo`: a film from a topic, with bars to watch it being made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from talewright.commands.up import DEFAULT_DATA, Data


def _option(name: str, text: str) -> typer.models.OptionInfo:
    variable = name.removeprefix("--").upper().replace("-", "_")
    option: typer.models.OptionInfo = typer.Option(name, envvar=f"TALEWRIGHT_DEMO_{variable}", help=text)
    return option


Topic = Annotated[str, _option("--topic", "What the story is about.")]
Role = Annotated[str, _option("--role", "The main character.")]
Scene = Annotated[str, _option("--scene", "Where it plays; empty for the storyteller to choose.")]
Style = Annotated[str, _option("--style", "photorealistic, cinematic, anime, comic-book or pixar-art.")]
Genre = Annotated[str, _option("--genre", "Such as bedtime, mystery, scary, fun facts or custom topic.")]
Language = Annotated[str, _option("--language", "Such as english, german, chinese or japanese.")]
Voice = Annotated[str, _option("--voice", "alloy, echo, fable, onyx, nova or shimmer.")]
Portrait = Annotated[bool, typer.Option("--portrait", envvar="TALEWRIGHT_DEMO_PORTRAIT", help="9:16 instead of 16:9.")]
Long = Annotated[
    bool, typer.Option("--long", envvar="TALEWRIGHT_DEMO_LONG", help="A long story instead of a short one.")
]
Url = Annotated[str, _option("--url", "A running system to use; without one, the demo starts its own.")]
Out = Annotated[Path, _option("--out", "Folder for the films.")]


def demo(
    topic: Topic = "Magnet Mania",
    role: Role = "Penny",
    scene: Scene = "",
    style: Style = "pixar-art",
    genre: Genre = "custom topic",
    language: Language = "english",
    voice: Voice = "nova",
    portrait: Portrait = False,
    long: Long = False,
    url: Url = "http://127.0.0.1:8000",
    out: Out = Path("stories"),
    data: Data = DEFAULT_DATA,
) -> None:
    """Make one film and watch it being made."""
    from shared.errors import TalewrightError
    from talewright.demo.run import DemoOptions, run

    wishes = {
        "topic": topic,
        "main_role": role,
        "scene": scene,
        "genre": genre,
        "art_style": style,
        "language": language,
        "voice_name": voice,
        "aspect_ratio": "9:16" if portrait else "16:9",
        "duration": "long" if long else "short",
    }
    try:
        asyncio.run(run(DemoOptions(wishes=wishes, url=url.rstrip("/"), data=data, folder=out)))
    except TalewrightError as error:
        typer.secho(error.message, fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.secho("Stopped.", err=True)
        raise typer.Exit(130) from None
