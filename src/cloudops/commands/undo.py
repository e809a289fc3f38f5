"""cloudops undo: a run is taken back, as a plan through the same gates."""

from __future__ import annotations

from cloudops.commands.journey import options_of, require_writing, shown
from cloudops.commands.opening import configured, opened, run_meant
from cloudops.commands.options import Common, Gates, Preview
from cloudops.commands.resume import Run
from cloudops.commands.voice import Voice

EXAMPLES = ("cloudops undo", "cloudops undo 0412-153012-a1b2c3 --yes --max-risk high")


def undo(common: Common, gates: Gates, preview: Preview, run: Run = None) -> int:
    """Take back what a run did, newest first; without RUN the latest that did something.

    This is a plan of its own: shown, judged, asked about. What cannot be taken back is said.
    Asked for again it takes what is left: of an undo that died, or had to leave what others had
    something in.
    """
    config = configured(common, gates)
    if not preview.dry_run:
        require_writing(config)
    voice = Voice(config)
    meant = run_meant(config, voice, common, run, "undo")
    with opened(config, voice, meant.target) as app:
        return shown(app.undo(meant.id, options_of(config, preview)), voice, preview)
