"""What else a reader must know of a run, and what a run made and left: the frames of these lines, in Chinese."""

from collections.abc import Mapping

_NOTES = {
    "fits no operation of the contracts": "不属于契约中的任何操作",
    "is not JSON": "不是 JSON",
    "breaks off: the recording ends in the middle of it": "中途断开：记录在此结束",
    "is longer than 64 MB": "超过 64 MB",
    "is JSON, but no HAR entry with request and response": "是 JSON，但不是带有请求和响应的 HAR 条目",
    "is no request with its answer": "不是带有响应的请求",
    "has no response body, although there was one": "缺少本来存在的响应体",
    "has a response body whose encoding cannot be undone": "响应体的编码无法还原",
    "has a response body of more values, or nested deeper, than is read": "响应体的值过多或嵌套过深，未读取",
    "has its response body in base64; it was judged": "响应体为 base64；已判定",
    "has its response body compressed; it was judged": "响应体经过压缩；已判定",
    "does not say when it started; it counts as earliest": "没有开始时间；按最早计",
    "does not say when it started; its place in its file counts": "没有开始时间；按其在文件中的位置计",
    "the rest of the file cannot be read": "文件的其余部分无法读取",
    "is no recording": "不是记录文件",
    "the file holds no entry": "文件中没有条目",
    "of more than a hundred hosts those first in the alphabet are told apart": "主机超过一百个，只区分按字母顺序在前的",
    "only the first thousand kinds are told apart": "只区分前一千种",
}
"""What can be said of a recording's entries (conformance.traffic.notes)."""

NOTED: Mapping[str, str] = {
    **{f"{{n}} × {english} ({{t}})": f"{{n}} × {chinese}（{{t}}）" for english, chinese in _NOTES.items()},
    **{f"{{n}} × {{}} {english} ({{t}})": f"{{n}} × {{}} {chinese}（{{t}}）" for english, chinese in _NOTES.items()},
    "{} at byte {n}": "{} 第 {n} 字节",
    "a URL without host": "没有主机的 URL",
    "{t}: no known provider's, so judged by {}; --against names others": (
        "{t}：不属于已知的提供方，因此按 {} 判定；可用 --against 指定其他契约"
    ),
    "{} was seen at {} more places or values than are told": "{} 另在 {} 处或以其他值出现，未一一列出",
    "the recording is not whole: {t}": "记录不完整：{t}",
    "interrupted": "被中断",
    "nothing was asked": "没有任何请求",
    "what passed could not be judged: {}": "经过的内容无法判定：{}",
    "not all was judged while it happened: {}": "并非全部都在发生时判定：{}",
    "what judges while it happens ended by itself (exit {})": "发生时进行判定的进程自行结束（退出码 {}）",
    "an exchange could not be kept: {}": "一次往来无法保存：{}",
    "what a run needs again cannot be kept: {}": "运行再次需要的内容无法保存：{}",
    "not read to its end: {t}": "没有读完：{t}",
    "nothing was written to be sent again: what was not read may have its answer": (
        "没有写出需要重发的内容：未读取的部分可能已有结果"
    ),
    "a request could not be passed on, a fault of this project: {}": "一个请求未能转发，是本项目的错误：{}",
    "a probe failed by itself, a fault of this project: {}": "一个探测自身失败，是本项目的错误：{}",
    "{} ids were told that cannot stand in a path (empty, dots, over 512 long, or with / ? # %), and not asked for": (
        "收到 {} 个不能放入路径的 id（空、点、超过 512 个字符，或含有 / ? # %），未请求"
    ),
    "no batch was made: {t}": "没有创建任务：{t}",
    "no model is known; name one with --model": "不知道任何模型；请用 --model 指定",
    "no id to ask for was told": "没有得到可请求的 id",
    "the budget of requests, or its time, is spent": "请求的次数或时间预算已用完",
    "the budget of requests is spent": "请求的次数预算已用完",
    # What a run made and could not take back
    "{t}; to remove it: {}": "{t}；删除方法：{}",
    "{t} is still there: such an id cannot stand in the path of a request": "{t} 仍然存在：此 id 不能放入请求的路径",
    "{t} is still there: the run was broken off": "{t} 仍然存在：运行被中断",
    "{t} is still there: its contract documents no {}": "{t} 仍然存在：其契约没有 {}",
    "{t} is still there: {t}": "{t} 仍然存在：{t}",
    "{t} is still there, or may be: {t}": "{t} 仍然存在或可能存在：{t}",
    "{t} is still there": "{t} 仍然存在",
    "{t} may be there: {t}, and no look at it succeeded": "{t} 可能存在：{t}，且无法查看",
    "{t} may be there: {t}, and nothing showed it even before": "{t} 可能存在：{t}，且之前也从未显示",
    "{t} may be there: what was to make it was {t}, and no list shows what came of it": (
        "{t} 可能存在：创建它的请求{t}，且没有列表显示结果"
    ),
    "{}: {t}, and {t} is still there": "{}：{t}，而{t}仍然存在",
    "{t} had ended before": "{t}此前已结束",
    "the uploaded file": "上传的文件",
    "the batch": "任务",
    "the uploaded file {}": "上传的文件 {}",
    "the batch {}": "任务 {}",
    "{}: the uploaded file {}": "{}：上传的文件 {}",
    "{}: the batch {}": "{}：任务 {}",
    "{} was answered {n}": "{} 返回 {n}",
    "{} was not answered": "{} 没有得到响应",
    "answered {n}": "返回 {n}",
    "not answered": "没有得到响应",
    "{t}, its status is {}": "{t}，其状态为 {}",
}
