"""The sentences that checks make, in Chinese: by their frames, as each holds names and figures.

A check says in English what it expected, what it saw and why; a contract's own words and what a person wrote stay as
they are. Whoever writes a new sentence in a check adds its frame here: `{}` stands for a name or a figure, `{t}` for a
sentence of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

FRAMES: Mapping[str, str] = {
    # What a schema asks for
    "anything": "任意值",
    "nothing": "无",
    "no such field": "无此字段",
    "no such parameter": "无此参数",
    "no such operation": "无此操作",
    "{t}, required": "{t}，必填",
    "{t}, optional": "{t}，可选",
    "{t}, required in {t}": "{t}，在 {t} 中必填",
    "{t}, optional in {t}": "{t}，在 {t} 中可选",
    "query": "查询参数",
    "header": "请求头",
    "path": "路径",
    "required": "必填",
    "a body is required": "必须有请求体",
    "a closed list of values": "封闭的取值列表",
    "required properties": "必填字段",
    "properties": "字段定义",
    "none": "无",
    "no limit": "无限制",
    "no key": "无需密钥",
    "a key": "需要密钥",
    "required body": "必须有请求体",
    "optional body": "请求体可选",
    "{} (excluded)": "{}（不含）",
    "one of {}": "{} 之一",
    "always {}": "恒为 {}",
    # What came
    "(missing)": "（缺失）",
    "(nothing)": "（无）",
    "(any)": "（任意）",
    "(none declared)": "（未声明）",
    "(other values)": "（其他值）",
    "not given": "未给出",
    "a body that breaks it": "不符合的请求体",
    "empty": "空",
    "text of {} bytes": "{} 字节的文本",
    "binary of {} bytes": "{} 字节的二进制内容",
    "form of {} bytes": "{} 字节的表单",
    "array of {}": "{} 项的数组",
    "object of {}": "{} 个键的对象",
    "string of {}": "长度 {} 的字符串",
    "an error body": "错误内容",
    "no error with a success status": "成功状态不带错误",
    "401 or 403": "401 或 403",
    "{} with no key": "{}，没有密钥",
    "{} with a wrong key": "{}，密钥错误",
    # What lines of results are
    "{t}; {}, line {}": "{t}；{} 第 {} 行",
    "an object of JSON": "JSON 对象",
    "a string that is not empty": "非空字符串",
    "a body or an error, and a status": "内容或错误，以及状态码",
    "one line for each request": "每个请求一行",
    "another line": "又一行",
    "a custom_id of the input": "输入文件中的 custom_id",
    "another one": "其他值",
    "a line for each request": "每个请求都有一行",
    "no line": "没有一行",
    "{}: {} in request_counts": "{}：request_counts 中为 {}",
    "{}: {} in the files": "{}：文件中为 {}",
    "a line that is cut off": "被截断的行",
    "a line that is too long to be read": "过长而无法读取的行",
    "something that is no JSON": "不是 JSON",
    "JSON that is nested too deeply": "嵌套过深的 JSON",
    "text that is not UTF-8": "不是 UTF-8 的文本",
    "text that is {}, not UTF-8": "{} 编码（不是 UTF-8）的文本",
    "JSON with {}, which JSON has not": "含有 JSON 没有的 {}",
    "an object with {} twice": "键 {} 重复的对象",
    "neither a response nor an error": "既没有响应也没有错误",
    "neither a body nor an error": "既没有内容也没有错误",
    "a status of {}": "状态码 {}",
    "a status that is none": "不成立的状态码",
    "missing": "缺失",
    "an empty string": "空字符串",
    "an array": "数组",
    "a string": "字符串",
    "a number": "数字",
    "a boolean": "布尔值",
    "an object": "对象",
    "broken": "损坏",
    "no result": "没有结果",
    "{}: not read to its end: {}": "{}：没有读到结尾：{}",
    "nothing was written to be sent again: what was not read may have its answer": (
        "没有写出待重新发送的请求：未读到的部分可能已有结果"
    ),
    # How requests are met
    "a success: the request keeps the contract": "成功：请求符合契约",
    "no 5xx that the request provokes": "请求不引发 5xx",
    "an answer, as other requests get one": "与其他请求一样得到响应",
    "an answer at the first try": "第一次就得到响应",
    "{t}, mended by a retry": "{t}，重试后恢复",
    # Pages
    "only items that come after the cursor": "只有游标之后的条目",
    "{} of {} items had come before": "{} 个条目（共 {} 个）先前已出现",
    "has_more true where more items exist": "还有更多条目时 has_more 为 true",
    "has_more false, and another page shows what follows": "has_more 为 false，而另一页显示了后续条目",
    "what the request says": "与请求相同",
    "other pairs": "其他键值",
    "another number": "另一个数",
    "another string": "另一个字符串",
    "another integer": "另一个整数",
    "another object": "另一个对象",
    "another array": "另一个数组",
    "another boolean": "另一个布尔值",
    "an id: nobody can use it without": "id：没有它就无法使用",
    "an id or null": "id 或 null",
    "has_more false where there are no items": "没有条目时 has_more 为 false",
    "no items, has_more true": "没有条目，has_more 为 true",
    "at most as many items as the limit asks for": "条目不多于 limit",
    "{} items, limit {}": "{} 个条目，limit 为 {}",
    "the id of the page's first item": "本页第一个条目的 id",
    "the id of the page's last item": "本页最后一个条目的 id",
    "another id": "另一个 id",
    "an id that is not on the page": "不在本页的 id",
    # Between fields and over time
    "completed + failed at most total": "completed + failed 不超过 total",
    "completed {}, failed {}, total {}": "completed {}，failed {}，total {}",
    "set when status is {}": "状态为 {} 时应已设置",
    "not set when status is {}": "状态为 {} 时不应设置",
    "set, status {}": "已设置，状态 {}",
    "not set, status {}": "未设置，状态 {}",
    "not before {}": "不早于 {}",
    "{} s before {}": "比 {} 早 {} 秒",
    "no way back from {}": "不能离开 {}",
    "{}, then {}": "先 {}，后 {}",
    # Contracts themselves
    "the {} response, whole": "完整的 {} 响应",
    "nothing is returned": "没有返回",
    "the field is dropped": "字段被丢弃",
    # What clients make of it (conformance.impact.outcomes)
    "raises {}, as it should": "抛出 {}（理应如此）",
    "raises {}, over another field": "因另一字段抛出 {}",
    "raises {}": "抛出 {}",
    "None: the response is lost in silence": "None：响应无声丢失",
    "None, in silence": "None，没有任何提示",
    "an empty {}, in silence": "空的 {}，没有任何提示",
    "the item is left out, in silence": "条目被略去，没有任何提示",
    "None, named in .drift": "None，列于 .drift",
    "kept raw, named in .drift": "保留原值，列于 .drift",
    "kept as open value": "保留为开放值",
    "kept aside, untyped": "另行保留，无类型",
    "read from inside the envelope": "从外层之内读取",
    "read all the same": "照常读取",
    "None, as it came": "None，与收到的一致",
    "not handed out": "不提供给调用者",
    "plain {}": "普通 {}",
    "taken as {}": "按 {} 读取",
    "does not come back within {} s": "{} 秒内没有返回",
    "not tried: the body is too large": "未尝试：响应体太大",
    # Why something could not be checked
    "the key was refused ({})": "密钥被拒绝（{}）",
    "the path is not there ({})": "路径不存在（{}）",
    "the method is not allowed there ({})": "不允许此方法（{}）",
    "nothing but 429 (too many requests) ({})": "只有 429（请求过多）（{}）",
    "nothing but server errors ({})": "只有服务器错误（{}）",
    "no request succeeded ({})": "没有请求成功（{}）",
    "nothing was found under an id that was asked for ({})": "所请求的 id 下没有内容（{}）",
    "not asked": "未请求",
    "no list held an item": "没有列表含有条目",
    "nothing was reached": "什么也没有触及",
    "no operation that the contract has was probed": "没有探测契约中的任何操作",
    "what was seen drifts all the same ({t})": "已见到的仍有偏差（{t}）",
    "{} breaking": "{} 个破坏性",
    "{} warning": "{} 个警告",
    "{} info": "{} 个提示",
    "the endpoint stopped answering": "端点停止响应",
    "the endpoint stopped answering: the last {} requests failed ({t})": "端点停止响应：最后 {} 个请求失败（{t}）",
    "of an answer only the first {} wrong values were looked at": "一个响应中只查看了前 {} 个错误的值",
    "probes not reached: {} ({t})": "未执行的探测：{} 个（{t}）",
    # Why no answer came
    "no response": "没有响应",
    "no connection in time": "连接超时",
    "no answer in time": "响应超时",
    "the answer is not HTTP, or breaks off": "响应不是 HTTP，或中途断开",
    "the body's content encoding is broken": "响应体的编码损坏",
    "the connection was dropped": "连接被断开",
    "the answer was not read to its end": "响应没有读完",
    "TLS failed": "TLS 失败",
    "the host name is not known": "主机名未知",
    "connection refused": "连接被拒绝",
    "no connection": "没有连接",
    "a body of more than {} bytes": "响应体超过 {} 字节",
    # What became of a job that was watched
    "nothing was asked": "没有任何请求",
    "not all was judged while it happened: {}": "进行中未能全部判定：{}",
    "what judges while it happens ended by itself (exit {})": "进行中的判定进程自行结束（退出码 {}）",
    "what passed could not be judged: {}": "经过的内容未能判定：{}",
    "a request could not be passed on, a fault of this project: {}": "一个请求未能转发，是本项目的错误：{}",
    "the recording is not whole: interrupted": "录制不完整：被中断",
    "what a run needs again cannot be kept: {}": "运行再次需要的内容无法保存：{}",
    # Why a drift is known
    "the endpoint's own contract names this value": "端点自身的契约列出了此值",
    "the endpoint's own contract allows null here": "端点自身的契约允许此处为 null",
    "the endpoint's own contract gives it this type": "端点自身的契约规定了此类型",
    "the endpoint's own contract has this field": "端点自身的契约有此字段",
    "the endpoint's own contract has no such field": "端点自身的契约没有此字段",
    "the endpoint's own contract leaves this field out in its example": "端点自身契约的示例中没有此字段",
    "the endpoint's own contract names this status": "端点自身的契约列出了此状态码",
    "the endpoint's own contract allows this value": "端点自身的契约允许此值",
    "the endpoint's own contract does not ask for this": "端点自身的契约不要求此项",
}

_TYPES: Mapping[str, tuple[str, str]] = {
    "object": ("an object", "对象"),
    "array": ("an array", "数组"),
    "string": ("a string", "字符串"),
    "integer": ("an integer", "整数"),
    "number": ("a number", "数字"),
    "boolean": ("a boolean", "布尔值"),
    "null": ("null", " null"),
    "anything": ("anything", "任意值"),
}
"""JSON types in a sentence."""
_SCHEMA = re.compile(
    rf"(?P<types>(?:{'|'.join(_TYPES)})(?: or (?:{'|'.join(_TYPES)}))*)"
    r"(?P<values>: .+?)?(?P<bounds> \(.+\))?(?:, (?P<asked>required|optional))?",
    re.DOTALL,
)
"""What a schema asks for, as `conformance.schema.words` says it."""
_BOUNDS: Mapping[str, str] = {
    "minimum": "最小值",
    "maximum": "最大值",
    "minLength": "最小长度",
    "maxLength": "最大长度",
    "maxProperties": "最多键数",
    "pattern": "模式",
    "format": "格式",
}
_ASKED: Mapping[str | None, str] = {None: "", "required": "，必填", "optional": "，可选"}
_HOLE = re.compile(r"\{t?\}")
_LONGEST = 2000


def kinds(expected: str, lang: str, *, whole: bool) -> str:
    """The types that a text of a schema names, as part of a sentence; the text itself where it names none.

    `whole`: with what it says of values and bounds.
    """
    match = _SCHEMA.fullmatch(expected)
    if match is None:
        return chinese(expected) if lang == "zh" else expected
    if lang == "zh":
        return chinese(expected) if whole else _types(match)
    named = " or ".join(_TYPES[one][0] for one in match["types"].split(" or "))
    return f"{named}{match['values'] or ''}{match['bounds'] or ''}" if whole else named


@lru_cache(maxsize=10_000)
def chinese(sentence: str) -> str:
    """A check's sentence in Chinese; any other text as it is.

    Several that are joined by semicolons, or stand behind a name and a colon, are taken one by one.
    """
    if len(sentence) > _LONGEST:
        return sentence
    whole = _framed(sentence) or _schema(sentence)
    if whole is not None:
        return whole
    parts = sentence.split("; ")
    if len(parts) > 1:
        return "；".join(map(chinese, parts))
    name, colon, rest = sentence.partition(": ")
    told = chinese(rest) if colon and " " not in name else rest
    if told != rest:
        return f"{name}：{told}"
    figures = sentence.split(", ")
    if len(figures) > 1 and all(re.fullmatch(r"\d+ (?:breaking|warning|info)", one) for one in figures):
        return "，".join(map(chinese, figures))
    return sentence


def _schema(sentence: str) -> str | None:
    match = _SCHEMA.fullmatch(sentence)
    if match is None:
        return None
    bounds = "，".join(map(_bound, match["bounds"][2:-1].split(", "))) if match["bounds"] else ""
    values = f"：{match['values'][2:]}" if match["values"] else ""
    return f"{_types(match)}{values}{f'（{bounds}）' if bounds else ''}{_ASKED[match['asked']]}"


def _types(match: re.Match[str]) -> str:
    return "或".join(_TYPES[one][1] for one in match["types"].split(" or ")).strip()


def _bound(text: str) -> str:
    key, _, value = text.partition(" ")
    return f"{_BOUNDS[key]} {value}" if key in _BOUNDS else text


def _framed(sentence: str) -> str | None:
    if sentence in FRAMES:
        return FRAMES[sentence]
    for pattern, fill in _patterns():
        match = pattern.fullmatch(sentence)
        if match is not None:
            return fill(match.groups())
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Callable[[Iterable[str]], str]], ...]:
    """The frames with holes, those with most words first: a hole takes no more than it must."""
    frames = sorted((frame for frame in FRAMES if _HOLE.search(frame)), key=lambda frame: -len(_HOLE.sub("", frame)))
    return tuple((_pattern(frame), _filler(frame)) for frame in frames)


def _pattern(frame: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, _HOLE.split(frame))), re.DOTALL)


def _filler(frame: str) -> Callable[[Iterable[str]], str]:
    holes = _HOLE.findall(frame)

    def fill(groups: Iterable[str]) -> str:
        values = iter([chinese(one) if hole == "{t}" else one for hole, one in zip(holes, groups, strict=True)])
        return _HOLE.sub(lambda _: next(values), FRAMES[frame])

    return fill
