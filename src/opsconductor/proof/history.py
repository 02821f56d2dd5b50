"""A history to judge by: blocks of a snapshot, or an OpenMetrics file made into blocks.

Whatever is given is only read: blocks are linked into a folder of ours, and what Prometheus writes
beside them (tombstones, metadata) is a copy.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import BinaryIO

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.proof.promtool import BackfillError, create_blocks
from opsconductor.proof.task_group import task_group
from opsconductor.stack.programs import Program

PIECE = 128 << 20
"""Bytes of OpenMetrics that promtool is given at once; it maps the whole of its input."""
BLOCK = 1 << 20
AT_ONCE = 2
_EOF = b"# EOF"
_LABEL = rb'[a-zA-Z_][a-zA-Z0-9_]*="(?:\\.|[^"\\])*"'
_SAMPLE = re.compile(
    rb"[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:" + _LABEL + rb"(?:," + _LABEL + rb")*,?)?\})?"
    rb" (?P<value>\S+)(?P<time> -?[0-9.eE+]+)?(?: # .*)?"
)
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Blocks:
    """A folder of blocks of our own; the first and the last sample's times in milliseconds."""

    folder: Path
    first: int
    last: int
    count: int
    notes: tuple[str, ...] = ()


def link_snapshot(snapshot: Path, folder: Path) -> Blocks:
    """Link the blocks of a snapshot, or of a Prometheus's data folder. Raises `BacktestError`."""
    if not snapshot.is_dir():
        raise BacktestError(f"{snapshot}: no such folder")
    found = sorted(path.parent for path in snapshot.glob("*/meta.json"))
    if not found:
        raise BacktestError(
            f"{snapshot}: holds no block (a folder with meta.json); make a snapshot with "
            "POST /api/v1/admin/tsdb/snapshot and give its folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for block in found:
        _link(block, folder / block.name)
    notes: tuple[str, ...] = ()
    if (snapshot / "wal").is_dir():
        notes = (
            (
                f"{snapshot} is a running Prometheus's folder: what is not yet in a block (about "
                "the last two hours) is not read; a snapshot has it"
            ),
        )
    return _blocks(folder, notes)


async def import_openmetrics(promtool: Program, file: Path, folder: Path) -> Blocks:
    """Make blocks of an OpenMetrics file, piece by piece. Raises `BacktestError`."""
    length = await asyncio.to_thread(_length_without_end, file)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(piece: Path) -> None:
        try:
            await create_blocks(promtool, piece, folder)
        except BackfillError as error:
            said = await asyncio.to_thread(_explain, file, str(error))
            raise BacktestError(said) from None
        finally:
            await asyncio.to_thread(piece.unlink)
            slots.release()

    async with task_group() as group:
        pieces = _pieces(file, length, folder.parent)
        while True:
            # No more pieces lie on the disk than are being worked on.
            await slots.acquire()
            piece = await asyncio.to_thread(next, pieces, None)
            if piece is None:
                break
            group.create_task(one(piece))
    return await asyncio.to_thread(_imported, folder)


def _imported(folder: Path) -> Blocks:
    for meta in folder.glob("*/meta.json"):
        _mark_beside_the_head(meta, meta)
    return _blocks(folder, ())


def _length_without_end(file: Path) -> int:
    """Bytes before the closing line."""
    if not file.is_file():
        raise BacktestError(f"{file}: no such file")
    size = file.stat().st_size
    with file.open("rb") as opened:
        opened.seek(max(0, size - 16))
        end = opened.read()
    stripped = end.rstrip(b"\n")
    if stripped.rpartition(b"\n")[2] != _EOF:
        raise BacktestError(
            f"{file}: does not end with the line `# EOF`: it is cut off, or it is not OpenMetrics"
        )
    return size - (len(end) - len(stripped)) - len(_EOF)


def _pieces(file: Path, length: int, folder: Path) -> Iterator[Path]:
    """The first `length` bytes in pieces of whole lines, each ended as OpenMetrics wants it."""
    with file.open("rb") as opened:
        number = 0
        while opened.tell() < length:
            number += 1
            piece = folder / f"piece-{number}.om"
            with piece.open("wb") as out:
                while out.tell() < PIECE and (block := _lines(opened, length)):
                    out.write(block)
                out.write(_EOF + b"\n")
            yield piece


def _lines(opened: BinaryIO, length: int) -> bytes:
    """About `BLOCK` bytes of whole lines, not beyond `length`."""
    block = opened.read(min(BLOCK, length - opened.tell()))
    return block if opened.tell() >= length else block + opened.readline()


def _explain(file: Path, said: str) -> str:
    """Promtool's words, with the line that they are about where it can be found."""
    with file.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            wrong = _wrong(line.rstrip(b"\n"))
            if wrong:
                return f"{file}:{number}: {wrong}"
    return f"{file}: {said}"


def _wrong(line: bytes) -> str | None:
    if line.startswith(b"#"):
        return None
    excerpt = line[:_EXCERPT].decode(errors="replace")
    found = _SAMPLE.fullmatch(line)
    if found is None:
        return f"no OpenMetrics sample: `{excerpt}`"
    if found["time"] is None:
        return f"a sample without a timestamp cannot be placed in a history: `{excerpt}`"
    try:
        float(found["value"])
    except ValueError:
        return f"no number: `{excerpt}`"
    return None


def _link(block: Path, target: Path) -> None:
    target.mkdir()
    for name in ("index", "chunks"):
        (target / name).symlink_to((block / name).absolute())
    if (block / "tombstones").exists():
        copyfile(block / "tombstones", target / "tombstones")
    _mark_beside_the_head(block / "meta.json", target / "meta.json")


def _mark_beside_the_head(source: Path, target: Path) -> None:
    """Say that the block may overlap with newer samples in memory.

    Prometheus takes no sample from before the end of its last block, unless the block was made
    from samples that came out of order. So marked, the head takes what is recorded over the whole
    history in order, which is three times faster to read than out of order.
    """
    try:
        meta = json.loads(source.read_text(encoding="utf-8"))
        meta.setdefault("compaction", {})["hints"] = ["from-out-of-order"]
    except (OSError, ValueError, AttributeError) as error:
        raise BacktestError(f"{source}: not the metadata of a block: {error}") from None
    target.unlink(missing_ok=True)
    target.write_text(json.dumps(meta), encoding="utf-8")


def _blocks(folder: Path, notes: tuple[str, ...]) -> Blocks:
    metas = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/meta.json")]
    if not metas or not sum(meta.get("stats", {}).get("numSamples", 0) for meta in metas):
        raise BacktestError("the history is empty: there is not one sample in it")
    return Blocks(
        folder,
        min(meta["minTime"] for meta in metas),
        # A block's end is exclusive.
        max(meta["maxTime"] for meta in metas) - 1,
        len(metas),
        notes,
    )
