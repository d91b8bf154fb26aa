"""Every word of a report, in every language; one table."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from conformance.rules import CATALOGUE

Lang: TypeAlias = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

Entry: TypeAlias = tuple[str, str] | tuple[str, str, str]
"""English and Chinese; or English for one, English for other numbers of `n`, and Chinese."""

WORDS: Mapping[str, Entry] = {
    # Outcomes and severities
    "conforms": ("conforms", "符合"),
    "differs": ("differs", "有已知差异"),
    "drift": ("drift", "有偏差"),
    "could-not-check": ("could not check", "无法检查"),
    "breaking": ("breaking", "破坏性"),
    "warning": ("warning", "警告"),
    "info": ("info", "提示"),
    "known-state": ("known", "已知"),
    "new-state": ("new", "新增"),
    # Figures
    "n-breaking": ("{n} breaking", "{n} 个破坏性"),
    "n-warnings": ("{n} warning", "{n} warnings", "{n} 个警告"),
    "n-infos": ("{n} info", "{n} 个提示"),
    "n-known": ("{n} known", "{n} 个已知"),
    "n-drifts": ("{n} drift", "{n} drifts", "{n} 处偏差"),
    "n-more": ("{n} more", "另有 {n} 个"),
    "n-places": ("{n} place", "{n} places", "{n} 处"),
    "of-responses": ("{n} of {of} responses", "{of} 个响应中的 {n} 个"),
    "of-items": ("{n} of {of} items", "{of} 个条目中的 {n} 个"),
    "times": ("{value} ×{n}", "{value} ×{n}"),
    "with-figures": ("{text} ({figures})", "{text}（{figures}）"),
    "comma": (", ", "，"),
    "semicolon": ("; ", "；"),
    "colon": (": ", "："),
    "nothing-found": ("nothing found", "未发现问题"),
    # The report's parts
    "title": ("Batch API drift", "Batch API 偏差报告"),
    "not-complete": ("The run was cut short: what follows is only a part.", "运行被中断：以下结果不完整。"),
    "matrix": ("Endpoint × contract", "端点 × 契约"),
    "endpoint": ("endpoint", "端点"),
    "contract": ("contract", "契约"),
    "contract-itself": ("the contract itself", "契约自身"),
    "severity": ("severity", "严重程度"),
    "state": ("state", "状态"),
    "rule": ("rule", "规则"),
    "drifts": ("Drifts", "偏差"),
    "new-drifts": ("New drift", "新增偏差"),
    "lesser": (
        "{n} drift below the severity that fails:",
        "{n} drifts below the severity that fails:",
        "{n} 处偏差低于判定失败的严重程度：",
    ),
    "known-counted": (
        "{n} known drift is documented or accepted, with its source.",
        "{n} known drifts are documented or accepted, each with its source.",
        "{n} 处已知偏差：均有文档说明或已被接受，并注明来源。",
    ),
    "no-drift": ("No drift.", "没有偏差。"),
    "none-fails": ("None of the severity that fails.", "没有达到判定失败的严重程度的偏差。"),
    "stale": ("Stale entries", "过期条目"),
    "stale-counts": (
        "Entries of known drift that this run no longer shows: remove them.",
        "已知偏差中本次运行不再出现的条目：请删除。",
    ),
    "stale-listed": (
        "Entries of known drift that this run did not show; the data may just not have been there.",
        "本次运行未出现的已知偏差条目；可能只是没有相应数据。",
    ),
    "n-stale": ("{n} stale entry", "{n} stale entries", "{n} 个过期条目"),
    "left-out": ("Not reached", "未执行的检查"),
    "coverage": ("Coverage", "覆盖范围"),
    "blind": ("Open in the contract, seen here", "契约未限定取值，实际见到"),
    "coverage-of": ("{seen} of {of} documented places seen", "已见到 {of} 个文档字段中的 {seen} 个"),
    "unseen": ("never seen with a value", "从未见到有值"),
    "not-offered": ("not in this contract", "此契约没有"),
    "reason": ("reason", "原因"),
    "source": ("source", "来源"),
    "until": ("until", "有效期至"),
    "requests": ("requests", "请求"),
    "responses": ("responses", "响应"),
    "fold-more": (
        "{n} more drift does not fit here; drift.json has all of them.",
        "{n} more drifts do not fit here; drift.json has all of them.",
        "还有 {n} 处偏差未能在此显示；完整内容见 drift.json。",
    ),
    # A card
    "received": ("received", "收到"),
    "documented": ("documented", "文档"),
    "seen": ("seen", "出现"),
    "since": ("since", "时间"),
    "between": ("{first} to {last}", "{first} 至 {last}"),
    "impact": ("impact", "影响"),
    "reproduce": ("reproduce", "复现"),
    "start-first": ("To reproduce, first start: {commands}", "复现前请先启动：{commands}"),
    "accept": ("accept", "接受"),
    "example": ("example", "示例"),
    "example-of": ("Example: {request}, answered {status}", "示例：{request}，返回 {status}"),
    "accept-help": (
        "If this is meant to be so, add this entry to the file of known drift, with a reason and a source:",
        "如果这是有意为之，请将此条目加入已知偏差文件，并写明理由和来源：",
    ),
    "accepted": ("accepted", "已接受"),
    "documented-there": ("documented by the endpoint's provider", "端点提供方已有文档"),
    "differences": ("{pair} differs, as is known:", "{pair} 有已知差异："),
    "n-more-differences": ("{n} more difference", "{n} more differences", "另有 {n} 处差异"),
    "not-offered-by-endpoint": ("not offered by the endpoint", "端点未提供"),
    # Side by side
    "side-by-side": ("The batch object side by side", "Batch 对象对照"),
    "field": ("field", "字段"),
    "fields-differ": ("differs", "不同"),
    "same": ("same", "相同"),
    "required": ("required", "必填"),
    "optional": ("optional", "可选"),
    "or-null": ("or null", "或 null"),
    "any-type": ("anything", "任意类型"),
    "absent": ("absent", "无此字段"),
    # History
    "history": ("History", "历史"),
    "first-seen": ("first seen", "首次出现"),
    "last-seen": ("last seen", "最近出现"),
    "timeline": ("timeline", "时间线"),
    "new": ("new", "新增"),
    "present": ("present", "仍在"),
    "back": ("back", "再次出现"),
    "gone": ("gone", "已消失"),
    "n-runs": ("{n} run", "{n} runs", "{n} 次运行"),
    # The page
    "all": ("all", "全部"),
    "search": ("search", "搜索"),
    "filter": ("Filter", "筛选"),
    "reset": ("reset", "重置"),
    "shown-of": ("{n} of {of} drifts shown", "显示 {of} 处偏差中的 {n} 处"),
    "link-to": ("Link to this drift", "此偏差的链接"),
    "copy": ("copy", "复制"),
    "copied": ("copied", "已复制"),
    "save-json": ("Save drift.json", "保存 drift.json"),
    "parts": ("Parts of the report", "报告各部分"),
    "skip": ("Skip to the drifts", "跳至偏差列表"),
    # What to do next
    "next": ("Next", "下一步"),
    "next-drift": (
        "read the report; then mend what is wrong, or accept what is meant to be so (the entry is in the report).",
        "阅读报告；然后修正问题，或接受有意的差异（条目见报告）。",
    ),
    "next-stale": ("remove the stale entries from the file of known drift.", "从已知偏差文件中删除过期条目。"),
    "next-could-not-check": (
        "see why something could not be checked, and run again.",
        "查看无法检查的原因，然后重新运行。",
    ),
    "next-nothing": ("nothing to do.", "无需处理。"),
    "report-at": ("Report: {files}", "报告：{files}"),
    "report-nowhere": ("Report: none written; --out DIR keeps one.", "报告：未写入；用 --out DIR 保存。"),
    "elsewhere": (
        "{n} drift is of a contract whose file is not in this folder; the other reports have it.",
        "{n} drifts are of contracts whose files are not in this folder; the other reports have them.",
        "{n} 处偏差所属契约的文件不在此目录中；见其他报告。",
    ),
    "badge": ("batch drift", "Batch 偏差"),
}

RULES_ZH: Mapping[str, str] = {
    "response-property-enum-value-added": "字段的值不在契约的封闭列表之内。",
    "response-property-became-nullable": "契约不允许 null 的字段为 null。",
    "response-property-type-changed": "字段的 JSON 类型与契约不同。",
    "response-required-property-missing": "缺少契约要求的字段。",
    "response-value-out-of-range": "值超出文档规定的界限：最小值、最大值、长度、模式、格式或唯一性。",
    "response-property-undocumented": "出现契约中没有的字段。",
    "response-body-not-json": "响应声明为 JSON，或契约只允许 JSON，而内容不是 JSON。",
    "response-media-type-undocumented": "响应声明的媒体类型不在契约之中。",
    "response-status-undocumented": (
        "状态码没有文档。成功或重定向为破坏性，有效请求得到 4xx 为警告，429、5xx 以及拒绝无效请求的 4xx 为提示。"
    ),
    "success-carries-error": "成功状态却带有错误内容。",
    "request-valid-rejected": "契约允许的请求被拒绝。",
    "request-invalid-accepted": "契约禁止的参数值或请求体字段值被接受。",
    "auth-not-enforced": "契约要求认证，而没有密钥或密钥错误的请求也成功。",
    "server-error": (
        "特定请求引发 5xx，而其他请求成功。重试后成功的 5xx 为提示；每二十个响应中有一个且至少三次时为警告。"
    ),
    "request-unanswered": (
        "特定请求每次都得不到响应，而其他请求有响应。重试后得到响应的，或以 429 推迟的，为提示；"
        "每二十个响应有一次且至少三次时为警告。"
    ),
    "page-cursor-ignored": "带游标的请求返回已经出现过的内容；逐页读取的客户端永远不会结束。",
    "page-empty-with-more": "页面为空却声称还有更多；客户端没有可以继续的游标。",
    "page-limit-ignored": "一页的条目多于请求的 limit。",
    "page-cursor-mismatch": "first_id 或 last_id 不是本页第一个或最后一个条目的 id。",
    "invariant-constant-changed": "契约规定固定不变的字段出现了其他值，或与其他字段一起全部缺失。",
    "invariant-counts-exceed-total": "完成与失败的请求数之和超过总数。",
    "invariant-status-timestamp": "时间戳与状态矛盾：过早设置，或到达该状态后仍未设置。",
    "invariant-timestamp-order": "时间戳早于必须在它之前的时间戳。",
    "invariant-lifecycle": "任务回到已经离开的状态，或离开了终止状态。",
    "contract-example-mismatch": "文档的示例与旁边的模式矛盾。",
    "contract-default-mismatch": "默认值与自身的模式矛盾。",
    "contract-generator-loss": "固定版本的客户端生成器丢失了契约中的内容。",
    "contract-pages-disagree": "同一提供方的两个页面对同一字段说法不一。",
    "contract-blind-spot": "契约在此处内容太少，任何检查都无法发现偏差。",
    "api-removed-without-deprecation": "操作已不存在，或换了路径。若此前已标记弃用则为提示。",
    "endpoint-added": "新增操作。",
    "api-security-added": "操作现在要求密钥。",
    "api-security-removed": "操作不再要求密钥。",
    "response-success-status-added": "新增成功状态码。",
    "response-success-status-removed": "成功状态码已不存在。",
    "response-non-success-status-added": "新增错误状态码。",
    "response-non-success-status-removed": "错误状态码已不存在。",
    "response-media-type-added": "响应新增媒体类型。",
    "response-media-type-removed": "响应不再有某媒体类型。",
    "response-required-property-removed": "原本总是存在的字段已删除。",
    "response-optional-property-removed": "原本有时存在的字段已删除。",
    "response-required-property-added": "新增总是存在的字段。",
    "response-optional-property-added": "新增有时存在的字段。",
    "response-property-became-optional": "原本总是存在的字段现在可能缺失。",
    "response-property-became-required": "原本有时存在的字段现在总是存在。",
    "response-property-became-not-nullable": "字段不再为 null。",
    "response-property-type-specialized": "字段的类型变少。",
    "response-property-enum-value-removed": "字段不再取某值，或其值现为封闭列表。",
    "response-property-min-increased": "最小值提高，或新增最小值。",
    "response-property-min-decreased": "最小值降低，或被取消。",
    "response-property-max-increased": "最大值提高，或被取消。",
    "response-property-max-decreased": "最大值降低，或新增最大值。",
    "response-property-pattern-added": "字段现在遵循某模式。",
    "response-property-pattern-changed": "字段遵循另一模式。",
    "response-property-pattern-removed": "字段不再遵循模式。",
    "response-property-default-value-changed": "字段的默认值不同。",
    "new-required-request-parameter": "新增必填参数。",
    "new-optional-request-parameter": "新增可选参数。",
    "request-parameter-removed": "参数已不存在。",
    "request-parameter-became-required": "参数现为必填。",
    "request-parameter-became-optional": "参数不再必填。",
    "request-parameter-default-value-changed": "省略参数时的含义不同。",
    "request-body-became-required": "请求现在必须带有内容。",
    "request-body-became-optional": "请求不必再带有内容。",
    "request-body-media-type-added": "请求内容新增媒体类型。",
    "request-body-media-type-removed": "请求内容不再接受某媒体类型。",
    "new-required-request-property": "新增必填字段。",
    "new-optional-request-property": "新增可选字段。",
    "request-property-removed": "字段已不存在。",
    "request-property-became-required": "字段现为必填。",
    "request-property-became-optional": "字段不再必填。",
    "request-property-became-nullable": "字段可以为 null。",
    "request-property-became-not-nullable": "字段不得为 null。",
    "request-property-type-changed": "字段不再接受某类型。",
    "request-property-type-generalized": "字段接受更多类型。",
    "request-property-enum-value-added": "字段可多取一个值，或任意值。",
    "request-property-enum-value-removed": "字段不再接受某值。",
    "request-property-became-enum": "字段只接受封闭列表中的值。",
    "request-property-min-increased": "最小值提高。",
    "request-property-min-decreased": "最小值降低，或被取消。",
    "request-property-min-set": "新增最小值。",
    "request-property-max-increased": "最大值提高，或被取消。",
    "request-property-max-decreased": "最大值降低。",
    "request-property-max-set": "新增最大值。",
    "request-limit-decreased": "限额收紧，或新增限额。",
    "request-limit-increased": "限额放宽，或取消限额。",
    "request-property-pattern-added": "字段必须遵循某模式。",
    "request-property-pattern-changed": "字段必须遵循另一模式。",
    "request-property-pattern-removed": "字段不必再遵循模式。",
    "request-property-default-value-changed": "字段的默认值不同。",
}


REASONS_ZH: Mapping[str, str] = {
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
"""The Chinese of the reasons of documented drift."""


@frozen
class Say:
    """The words of one language: `say("n-drifts", n=3)`."""

    lang: Lang = "en"

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in."""
        entry = WORDS[key]
        if self.lang == "zh":
            template = entry[-1]
        else:
            template = entry[1] if len(entry) == 3 and values.get("n") != 1 else entry[0]
        return template.format(**values) if values else template

    def reason(self, text: str) -> str:
        """Why a drift is known; what a person wrote stays as it is."""
        return REASONS_ZH.get(text, text) if self.lang == "zh" else text

    def rule(self, rule: str) -> str:
        """What a rule means; nothing for one that the catalogue does not have."""
        if rule not in CATALOGUE:
            return ""
        return RULES_ZH.get(rule, CATALOGUE[rule].sentence) if self.lang == "zh" else CATALOGUE[rule].sentence
