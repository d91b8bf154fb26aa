from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.batch_metadata import BatchMetadata
from ..models.batch_status import BatchStatus
from ..models.request_counts import RequestCounts


@define(eq=False, repr=False)
class Batch(_model.Model):
    """Batch"""

    id: str
    """批处理任务的唯一标识符"""
    object_: str
    """对象类型，固定为 batch Example: batch"""
    endpoint: str
    """请求端点"""
    input_file_id: str
    """输入文件 ID"""
    completion_window: str
    """任务处理时间窗口"""
    status: BatchStatus
    """当前状态：validating（校验中）、failed（校验失败）、in_progress（执行中）、finalizing（准备结果中）、completed（已完成）、expired（已过期）、cancelling（取消中）
    、cancelled（已取消）"""
    created_at: int
    """创建时间（Unix 时间戳）"""
    request_counts: RequestCounts
    output_file_id: None | str = None
    """处理成功的结果文件 ID"""
    error_file_id: None | str = None
    """处理失败的错误文件 ID"""
    in_progress_at: int | None = None
    """开始执行时间（Unix 时间戳）"""
    expires_at: int | None = None
    """过期时间（Unix 时间戳）"""
    finalizing_at: int | None = None
    """开始准备结果的时间（Unix 时间戳）"""
    completed_at: int | None = None
    """完成时间（Unix 时间戳）"""
    failed_at: int | None = None
    """校验失败时间（Unix 时间戳）"""
    cancelling_at: int | None = None
    """发起取消时间（Unix 时间戳）"""
    cancelled_at: int | None = None
    """取消完成时间（Unix 时间戳）"""
    metadata: BatchMetadata | None = None
    """自定义元数据"""

    FIELDS = (
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, True),
        _model.Field("endpoint", "endpoint", _kinds.STRING, True),
        _model.Field("input_file_id", "input_file_id", _kinds.STRING, True),
        _model.Field("completion_window", "completion_window", _kinds.STRING, True),
        _model.Field("status", "status", _kinds.enumeration(BatchStatus), True),
        _model.Field("created_at", "created_at", _kinds.INTEGER, True),
        _model.Field("request_counts", "request_counts", _kinds.object_of(RequestCounts), True),
        _model.Field("output_file_id", "output_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        _model.Field("error_file_id", "error_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        _model.Field("in_progress_at", "in_progress_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("expires_at", "expires_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("finalizing_at", "finalizing_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("completed_at", "completed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("failed_at", "failed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("cancelling_at", "cancelling_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("cancelled_at", "cancelled_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("metadata", "metadata", _kinds.one_of(_kinds.object_of(BatchMetadata), _kinds.NULL), False),
    )
