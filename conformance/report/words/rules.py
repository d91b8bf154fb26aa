"""What each rule of judging is called: its sentence in Chinese, the headline of a finding, what to do about it."""

from collections.abc import Mapping

from attrs import frozen

from conformance.report.words.parts import Wording


@frozen
class RuleWords:
    """The words of one rule.

    A headline has a `|` between the fact and what is documented instead. `{names}` are fields, with `{is}`, `{does}`,
    `{it}` in their number; `{answer}` is the answer or the error body; `{value}`, `{type}`, `{observed}` are what came;
    `{expected}` is what `{contract}` documents, `{kinds}` its types alone.
    """

    zh: str
    headline: Wording
    advice: Wording


JUDGING: Mapping[str, RuleWords] = {
    "response-property-enum-value-added": RuleWords(
        "字段的值不在契约的封闭列表之内。",
        (
            "{names} {is} {value}| where {contract} has a closed list of values",
            "{names} 为 {value}|，不在 {contract} 的封闭列表之内",
        ),
        (
            "Let the client take values that it does not know, before one of them stops it.",
            "让客户端能接受未知的值，以免因此中断。",
        ),
    ),
    "response-property-became-nullable": RuleWords(
        "契约不允许 null 的字段为 null。",
        (
            "{names} {is} null| where {contract} documents {kinds}",
            "{names} 为 null|，而 {contract} 规定为{kinds}",
        ),
        ("Look for null before reading further down.", "继续读取之前先判断是否为 null。"),
    ),
    "response-property-type-changed": RuleWords(
        "字段的 JSON 类型与契约不同。",
        (
            "{names} {is} {type}| where {contract} documents {kinds}",
            "{names} 为{type}|，而 {contract} 规定为{kinds}",
        ),
        ("Read both types, or convert before the client reads.", "两种类型都要能读，或在客户端读取之前转换。"),
    ),
    "response-required-property-missing": RuleWords(
        "缺少契约要求的字段。",
        ("{names} {is} missing| where {contract} requires {it}", "缺少 {names}|，而 {contract} 要求必有"),
        ("Read it as a field that may be absent.", "按可能缺失的字段读取。"),
    ),
    "response-value-out-of-range": RuleWords(
        "值超出文档规定的界限：最小值、最大值、长度、模式、格式或唯一性。",
        (
            "{names} {is} out of bounds| where {contract} documents {expected}",
            "{names} 超出界限|，{contract} 规定为{expected}",
        ),
        (
            "Do not rely on the bound; where it sizes a column or a type, widen that.",
            "不要依赖该界限；若据此确定列宽或类型，请放宽。",
        ),
    ),
    "response-property-undocumented": RuleWords(
        "出现契约中没有的字段。",
        ("{names} {is} there| where {contract} documents no such field", "出现 {names}|，而 {contract} 没有此字段"),
        (
            "Nothing breaks; a client that refuses unknown fields must let them pass.",
            "不会破坏客户端；若客户端拒绝未知字段，请放行。",
        ),
    ),
    "response-body-not-json": RuleWords(
        "响应声明为 JSON，或契约只允许 JSON，而内容不是 JSON。",
        ("{answer} is not JSON| where {contract} documents JSON", "{answer}不是 JSON|，而 {contract} 规定为 JSON"),
        ("Look at the status before parsing, and take text for an error.", "解析前先看状态码，并能接受纯文本的错误。"),
    ),
    "response-media-type-undocumented": RuleWords(
        "响应声明的媒体类型不在契约之中。",
        (
            "{answer} is declared as {observed}| where {contract} documents {expected}",
            "{answer}声明为 {observed}|，而 {contract} 规定为 {expected}",
        ),
        ("Do not choose the parser by the declared type alone.", "不要只凭声明的类型选择解析方式。"),
    ),
    "response-status-undocumented": RuleWords(
        "状态码没有文档。成功或重定向为破坏性，有效请求得到 4xx 为警告，429、5xx 以及拒绝无效请求的 4xx 为提示。",
        (
            "{operations} {answers} {status}| where {contract} documents {listed}",
            "{operations} 返回 {status}|，而 {contract} 只有 {listed}",
        ),
        (
            "Treat it as the class of its first digit, and read no more of its body than is there.",
            "按首位数字所属的类别处理，不要假定内容的结构。",
        ),
    ),
    "success-carries-error": RuleWords(
        "成功状态却带有错误内容。",
        ("A success carries an error", "成功状态却带有错误"),
        ("Look for an error in the body of a success before using it.", "使用成功响应之前先检查其中是否有错误。"),
    ),
    "request-valid-rejected": RuleWords(
        "契约允许的请求被拒绝。",
        (
            "{operations} {answers} {status}| to a request that {contract} allows",
            "{operations} 返回 {status}|，而请求为 {contract} 所允许",
        ),
        (
            "Do not send this; ask the provider whether the contract or the endpoint is wrong.",
            "不要这样请求；请向提供方确认契约与端点哪个有误。",
        ),
    ),
    "request-invalid-accepted": RuleWords(
        "契约禁止的参数值或请求体字段值被接受。",
        (
            "{observed} is accepted| where {contract} takes {expected}",
            "{observed} 被接受|，而 {contract} 只允许{expected}",
        ),
        ("Check the value before sending: the endpoint does not.", "发送前自行检查：端点不会检查。"),
    ),
    "auth-not-enforced": RuleWords(
        "契约要求认证，而没有密钥或密钥错误的请求也成功。",
        (
            "A request without a right key succeeds| where {contract} demands one",
            "没有正确密钥的请求也成功|，而 {contract} 要求密钥",
        ),
        (
            "Tell the provider; do not take an answer for proof that a key works.",
            "请告知提供方；有响应并不证明密钥有效。",
        ),
    ),
    "server-error": RuleWords(
        "特定请求引发 5xx，而其他请求成功。重试后成功的 5xx 为提示；每二十个响应中有一个且至少三次时为警告。",
        ("{operations} {answers} {status} to particular requests", "{operations} 对特定请求返回 {status}"),
        (
            "Retry once, then leave this request out and tell the provider.",
            "重试一次；仍然失败则避开此请求，并告知提供方。",
        ),
    ),
    "request-unanswered": RuleWords(
        (
            "特定请求每次都得不到响应，而其他请求有响应。重试后得到响应的，或以 429 推迟的，为提示；"
            "每二十个响应有一次且至少三次时为警告。"
        ),
        ("Particular requests to {operations} get no answer", "对 {operations} 的特定请求得不到响应"),
        (
            "Set a timeout, retry, and look at what these requests have in common.",
            "设置超时并重试，再看这些请求有何共同点。",
        ),
    ),
    "page-cursor-ignored": RuleWords(
        "带游标的请求返回已经出现过的内容；逐页读取的客户端永远不会结束。",
        ("A page asked for with a cursor repeats what came before it", "带游标请求的页面重复之前的内容"),
        ("Stop walking when a page brings nothing new.", "页面没有新内容时停止翻页。"),
    ),
    "page-item-repeated": RuleWords(
        "页面重复之前出现过的条目；逐页读取仍会结束。",
        ("A page repeats an item that came before it", "页面重复之前出现过的条目"),
        ("Drop an item whose id has come before.", "丢弃 id 已经出现过的条目。"),
    ),
    "page-ends-early": RuleWords(
        "页面声称是最后一页，而另一页显示还有更多条目；客户端永远看不到它们。",
        ("A page says that it is the last while more items exist", "页面声称是最后一页，却还有更多条目"),
        ("Walk with another limit, and compare what is found.", "换一个 limit 再逐页读取，比较结果。"),
    ),
    "response-contradicts-request": RuleWords(
        "创建或上传的响应与请求不符：endpoint、输入文件、期限、metadata、purpose、文件名或长度。",
        ("{names} {is} not what the request says", "{names} 与请求不符"),
        ("Compare what was made with what was asked for before going on.", "继续之前，先核对所得与所求。"),
    ),
    "page-empty-with-more": RuleWords(
        "页面为空却声称还有更多；客户端没有可以继续的游标。",
        ("An empty page says that there is more", "空页面却声称还有更多"),
        ("Stop walking at an empty page.", "遇到空页面时停止翻页。"),
    ),
    "page-limit-ignored": RuleWords(
        "一页的条目多于请求的 limit。limit 小于 1 时为提示。",
        ("A page holds more items than its limit", "一页的条目多于所请求的 limit"),
        ("Do not size anything by the limit that was asked for.", "不要按所请求的 limit 预留空间。"),
    ),
    "page-cursor-mismatch": RuleWords(
        "first_id 或 last_id 不是本页第一个或最后一个条目的 id。",
        ("{names} {is} not the id of the page's own item", "{names} 不是本页条目的 id"),
        ("Take the cursor from the items themselves.", "从条目本身取游标。"),
    ),
    "invariant-constant-changed": RuleWords(
        "契约规定固定不变的字段出现了其他值，或与其他字段一起全部缺失。",
        (
            "{names} {is} {value}| where {contract} documents one constant",
            "{names} 为 {value}|，而 {contract} 规定为固定值",
        ),
        ("Do not tell objects apart by this field alone.", "不要只凭此字段区分对象。"),
    ),
    "invariant-counts-exceed-total": RuleWords(
        "完成与失败的请求数之和超过总数。",
        ("More requests are done than there are in all", "完成的请求数多于总数"),
        ("Do not compute what is left from these counts.", "不要用这些数字计算剩余数量。"),
    ),
    "invariant-status-timestamp": RuleWords(
        "时间戳与状态矛盾：过早设置，或到达该状态后仍未设置。",
        ("{names} {does} not fit the status", "{names} 与状态不符"),
        ("Decide by the status, not by the timestamp.", "以状态为准，不要以时间戳为准。"),
    ),
    "invariant-timestamp-order": RuleWords(
        "时间戳早于必须在它之前的时间戳。",
        ("{names} {is} earlier than what comes before {it}", "{names} 早于在它之前的时间"),
        ("Do not compute durations from these timestamps.", "不要用这些时间戳计算时长。"),
    ),
    "invariant-id-empty": RuleWords(
        "应为 id 或 null 之处是空字符串。",
        ('{names} {is} "" where an id or null belongs', '{names} 是 ""，应为 id 或 null'),
        ('Take "" for null before asking for it.', '请求之前，先把 "" 当作 null。'),
    ),
    "invariant-lifecycle": RuleWords(
        "任务回到已经离开的状态，或离开了终止状态。",
        ("A batch goes back to a status that it had left", "任务回到已经离开的状态"),
        ("Keep the last final status; do not stop at the first one.", "记录最后的终止状态，不要在第一次出现时就停止。"),
    ),
    "result-line-not-json": RuleWords(
        "结果文件的某一行不是 UTF-8 编码、键不重复的 JSON 对象。",
        ("a line of the results is no JSON object|: {observed}", "结果文件中有一行不是 JSON 对象|：{observed}"),
        (
            "Download the file again; what stays broken counts as not answered.",
            "重新下载该文件；仍然损坏的行按未返回处理。",
        ),
    ),
    "result-custom-id-missing": RuleWords(
        "结果文件的某一行没有 custom_id：无法知道它回答的是哪个请求。",
        ("a line of the results has no custom_id|: {observed}", "结果文件中有一行没有 custom_id|：{observed}"),
        ("Take such a line for none: its request has no answer.", "把这样的行视为不存在：其请求没有结果。"),
    ),
    "result-custom-id-repeated": RuleWords(
        "一个批次的结果中有多行属于同一个请求。",
        ("a request is answered more than once|: {observed}", "同一个请求有多行结果|：{observed}"),
        ("Decide which line counts before the results are used.", "使用结果之前先决定以哪一行为准。"),
    ),
    "result-custom-id-unknown": RuleWords(
        "结果文件的某一行属于输入文件中没有的请求。",
        ("a line is of a request that was not sent|: {observed}", "有一行属于并未发送的请求|：{observed}"),
        ("Make sure that results and input are of the same batch.", "请确认结果与输入属于同一个批次。"),
    ),
    "result-absent": RuleWords(
        "输入文件的某个请求不在任何结果文件中。",
        ("a request has no line in the results|: {observed}", "有请求在结果中没有任何一行|：{observed}"),
        (
            "Send it again: `results --rest` writes what has no success.",
            "重新发送：`results --rest` 会写出没有成功结果的请求。",
        ),
    ),
    "result-counts-disagree": RuleWords(
        "批次的 request_counts 与其文件的内容不符。",
        ("request_counts is not what the files hold|: {observed}", "request_counts 与文件内容不符|：{observed}"),
        ("Count the lines: do not take request_counts for the result.", "以行数为准：不要把 request_counts 当作结果。"),
    ),
    "result-line-empty": RuleWords(
        "结果文件的某一行对其请求什么也没说：既没有内容也没有错误，或状态码不成立。",
        ("a line says nothing of its request|: {observed}", "有一行对其请求什么也没说|：{observed}"),
        ("Take it for a failure, and send the request again.", "按失败处理，并重新发送该请求。"),
    ),
    "contract-example-mismatch": RuleWords(
        "文档的示例与旁边的模式矛盾。",
        ("An example of {contract} contradicts its schema at {names}", "{contract} 的示例在 {names} 处与模式矛盾"),
        ("Believe neither before an answer was seen.", "见到真实响应之前，两者都不要轻信。"),
    ),
    "contract-default-mismatch": RuleWords(
        "默认值与自身的模式矛盾。",
        (
            "A default of {contract} contradicts its own schema at {names}",
            "{contract} 的默认值在 {names} 处与自身的模式矛盾",
        ),
        ("Do not rely on the default.", "不要依赖该默认值。"),
    ),
    "contract-generator-loss": RuleWords(
        "固定版本的客户端生成器丢失了契约中的内容。",
        ("The generated client of {contract} loses {names}", "{contract} 的生成客户端丢失 {names}"),
        ("Read it from the raw answer.", "从原始响应中读取。"),
    ),
    "contract-pages-disagree": RuleWords(
        "同一提供方的两个页面对同一字段说法不一。",
        ("Two pages of {contract} disagree on {names}", "{contract} 的两个页面对 {names} 说法不一"),
        ("Take the narrower of both.", "取两者中较严的一个。"),
    ),
    "contract-blind-spot": RuleWords(
        "契约在此处内容太少，任何检查都无法发现偏差。",
        ("{contract} leaves {names} open|: it does not give {expected}", "{contract} 未限定 {names}|：没有{expected}"),
        ("No check against this contract can find drift there.", "对照此契约无法在此发现偏差。"),
    ),
}

WRAPPED: Wording = (
    "{answer} is wrapped in {wrapper}| where {contract} requires {lacking} at the top",
    "{answer}被包在 {wrapper} 里|，而 {contract} 要求顶层有 {lacking}",
)
"""The headline of an envelope."""
FOREIGN: Wording = (
    "{answer} has other fields| than {contract} requires: {lacking}",
    "{answer}的字段不同|，缺少 {contract} 要求的 {lacking}",
)
"""The headline of another body in which nothing is there that the contract requires at the top."""
LEFT_OUT: Wording = (
    "{names} may be left out| where {contract} requires {it}",
    "可以省略 {names}|，而 {contract} 要求必填",
)
"""The headline of `request-invalid-accepted` where the request lacked something."""
BODY_ADVICE: tuple[Wording, Wording] = (
    (
        "Unwrap the answer before the client reads it, or read it by its provider's own contract.",
        "在客户端读取之前先拆开外层，或按其提供方自己的契约读取。",
    ),
    (
        "Read the error by its provider's own contract, or go by the status code alone.",
        "按其提供方自己的契约读取错误，或只依据状态码。",
    ),
)
"""What to do about it: of an answer, of an error."""
CHANGE_ADVICE: Wording = (
    "A client written for {contract} needs a look here before it moves.",
    "为 {contract} 编写的客户端迁移前需检查此处。",
)
"""What to do about a change from one contract to another."""
