"""One picture from a script and a page: sky, place, things, companion, hero, weather, finish."""

from __future__ import annotations

from services.media.local.picture.canvas import Layer
from services.media.local.picture.cast import draw_cast, plain_hero
from services.media.local.picture.finish import Picture, finish
from services.media.local.picture.grade import grade_background, twigs
from services.media.local.picture.layout import Take, lay_out, page_of, plain_scene
from services.media.local.picture.looks import LOOKS
from services.media.local.picture.palette import Tone, room_tone, times, tone_of
from services.media.local.picture.places import SETTINGS
from services.media.local.picture.sky import draw_sky
from services.media.local.picture.stage import Stage
from services.media.local.picture.weather import draw_weather, lightning
from services.media.model import Script

_LEAFY = ("forest", "meadow", "garden", "river", "lake", "village", "castle", "farm", "mountain", "bridge")
_BLUR = {"soft": 0.0042, "film": 0.0022, "clay": 0.0014}


_PLAIN = Take()


def illustrate(script: Script, page: int, take: Take = _PLAIN) -> Picture:
    """Draws one page: (height, width, 3) uint8 RGB of `picture_size(script)`; the same input gives the same bytes.

    Raises `NotFound` when the script has no such page.
    """
    s = _stage(script, page, take)
    setting = SETTINGS[s.scene.place]
    if setting.sky:
        draw_sky(s)
        if s.scene.weather == "storm":
            lightning(s)
    setting.draw(s)
    if s.look.shading in _BLUR and not (setting.indoors and s.look.shading == "clay"):
        s.soften(s.unit * _BLUR[s.look.shading])
    grade_background(s)
    hero = plain_hero(script.hero)
    if s.scene.weather == "fog" and not setting.indoors:
        s.veil(s.horizon, s.height * 0.15, 0.7)
    draw_cast(s, hero, script, setting.indoors, take.star)
    draw_weather(s, indoors=setting.indoors)
    if s.look.frame and s.scene.place in _LEAFY:
        twigs(s)
    return finish(s)


def _stage(script: Script, page: int, take: Take) -> Stage:
    scene = plain_scene(page_of(script, page).scene)
    layout = lay_out(script, page, take)
    look = LOOKS[script.style]
    setting = SETTINGS[scene.place]
    weather = "clear" if scene.place == "space" else scene.weather
    tone = tone_of("night" if scene.place == "space" else scene.time, weather, scene.mood, look.saturation)
    if scene.place == "space":
        day = tone_of("day", "clear", scene.mood, look.saturation)
        tone = Tone(tone.top, tone.middle, tone.horizon, tone.light, day.key, times(day.fill, 0.7), tone.haze, 0.5)
    elif setting.indoors:
        tone = room_tone(tone, scene.time, scene.mood)
    canvas = Layer(layout.width, layout.height)
    tall = layout.height / layout.width
    horizon = setting.horizon if tall < 1.2 else setting.horizon + 0.02
    return Stage(canvas, look, tone, layout, scene, layout.rng, layout.height * horizon)
