"""What can become of a payload in a client's hands, in the few words that a report has for it.

No word comes from the endpoint, but for the names of the client's own classes. Where a client loses something and says
nothing, the words end in SILENT, and nowhere else.
"""

SILENT = "in silence"

LOST = f"None: the response is lost {SILENT}"
NONE = f"None, {SILENT}"
EMPTY = f"an empty {{name}}, {SILENT}"
LEFT_OUT = f"the item is left out, {SILENT}"
NONE_TOLD = "None, named in .drift"
RAW_TOLD = "kept raw, named in .drift"
OPEN = "kept as open value"
ASIDE = "kept aside, untyped"
INSIDE = "read from inside the envelope"
ALL_THE_SAME = "read all the same"
AS_IT_CAME = "None, as it came"
UNUSED = "not handed out"
PLAIN = "plain {name}"
TAKEN = "taken as {name}"
RAISES = "raises {name}"
RIGHTLY = "raises {name}, as it should"
ELSEWHERE = "raises {name}, over another field"
HANGS = "does not come back within {seconds} s"
TOO_LARGE = "not tried: the body is too large"

FRAMES = (
    *(
        LOST,
        NONE,
        EMPTY,
        LEFT_OUT,
        NONE_TOLD,
        RAW_TOLD,
        OPEN,
        ASIDE,
        INSIDE,
        ALL_THE_SAME,
        AS_IT_CAME,
        UNUSED,
        PLAIN,
        TAKEN,
    ),
    *(RAISES, RIGHTLY, ELSEWHERE, HANGS, TOO_LARGE),
)
"""All of them; `{name}` is a class, `{seconds}` a number."""


def silent(words: str) -> bool:
    """Whether a client loses something and does not say so."""
    return words.endswith(SILENT)
