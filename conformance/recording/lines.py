"""The lines of a recording, one by one, out of a stream or a part of a file, whatever ends them."""

from collections.abc import Iterable, Iterator

from conformance.recording.scan import Loss, Raw


def scan_lines(pieces: Iterable[bytes], longest: int, offset: int = 0, stop: int | None = None) -> Iterator[Raw]:
    """The lines that are not blank, whatever ends them; `stop`: only those that start before that offset.

    A line longer than `longest` bytes is passed over.
    """
    begun, size = list[bytes](), 0  # of the line that starts at the offset; its bytes are left out if they are too many
    for given in pieces:
        piece = given.replace(b"\r", b"\n") if b"\r" in given else given
        first, last = piece.find(b"\n"), piece.rfind(b"\n") + 1
        if last:
            if size <= longest:
                yield from _filled(offset, b"".join((*begun, piece[:first])))
            offset += size
            begun, size = [], 0
            for one in _split(piece, first + 1, last, offset):
                if stop is not None and one.offset >= stop:
                    return
                yield one
            offset += last
            if stop is not None and offset >= stop:
                return
        before, size = size, size + len(piece) - last
        if size <= longest:
            begun.append(piece[last:])
        elif before <= longest:
            begun.clear()
            yield Raw(offset, b"", "too-long")
    if size <= longest:
        yield from _filled(offset, b"".join(begun), "truncated")


def _split(piece: bytes, start: int, stop: int, offset: int) -> Iterator[Raw]:
    """The lines between two places of a piece, each of which ends there; `offset` is that of the piece."""
    while start < stop:
        end = piece.find(b"\n", start, stop)  # finds it a good deal faster than `split`
        line = piece[start:end]
        if line and not line.isspace():
            yield Raw(offset + start, line)
        start = end + 1


def _filled(offset: int, line: bytes, loss: Loss | None = None) -> Iterator[Raw]:
    if line and not line.isspace():
        yield Raw(offset, line, loss)


def after_line_break(pieces: Iterator[bytes], offset: int, stop: int) -> tuple[int, bytes]:
    """Where the first line that starts in a range does, and what of its piece is left; `stop` if none does."""
    for piece in pieces:
        ends = [at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0]
        if ends:
            return offset + min(ends) + 1, piece[min(ends) + 1 :]
        offset += len(piece)
        if offset >= stop:
            break
    return stop, b""


def raw_lines(pieces: Iterable[bytes], longest: int) -> Iterator[Raw]:
    """Every line with the LF that ends it; one that is longer than `longest` bytes is passed over."""
    offset, rest, left_out = 0, b"", 0
    for piece in pieces:
        text = rest + piece
        start = 0
        while end := text.find(b"\n", start) + 1:
            if left_out:
                yield Raw(offset, b"", "too-long")
            else:
                yield Raw(offset, text[start:end])
            offset, start, left_out = offset + left_out + end - start, end, 0
        rest = text[start:]
        if len(rest) > longest:
            left_out, rest = left_out + len(rest), b""
    if rest or left_out:
        yield Raw(offset, b"" if left_out else rest, "too-long" if left_out else None)
