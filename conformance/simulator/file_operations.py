"""The operations on files, as every provider has them; its profile says where it differs."""

from itertools import islice

from conformance.input_rules import RULES
from conformance.simulator.answer import Answer, Call
from conformance.simulator.batch_operations import page_limit
from conformance.simulator.profile import File, Refusal
from conformance.simulator.service import Service
from conformance.simulator.upload import Upload, receive


async def upload_file(service: Service, call: Call) -> Answer:
    """Keep a file.

    Of the rules for a batch's input only size and number are checked here, the others when a batch validates it: they
    are documented for batches, not for uploads.
    """
    rules = RULES[service.profile.name]
    path = service.store.work(f"upload-{service.next_number()}")
    try:
        upload = await receive(call.request, path, rules.max_bytes)
        _check(service, upload)
        file_id, number = service.store.new_file_id()
        file = File(
            id=file_id,
            number=number,
            bytes=upload.size,
            created_at=service.clock.now(),
            filename=upload.filename or "",
            purpose=upload.fields["purpose"],
            lines=upload.lines,
        )
        service.store.save(file, moment=file.created_at, contents={file_id: path})
    finally:
        path.unlink(missing_ok=True)
    return Answer(200, service.profile.uploaded(file))


def _check(service: Service, upload: Upload) -> None:
    rules, purposes = RULES[service.profile.name], service.profile.files.purposes
    purpose = upload.fields.get("purpose")
    if upload.filename is None:
        raise Refusal("invalid", "file is missing")
    if purpose not in purposes:
        raise Refusal("invalid", f"purpose must be one of {', '.join(sorted(purposes))}")
    if purpose == "batch" and rules.max_files is not None:
        kept = sum(file.purpose == "batch" and not file.result for file in service.store.files.values())
        if kept >= rules.max_files:
            raise Refusal("invalid", f"there are {kept} batch files already, at most {rules.max_files}")


async def list_files(service: Service, call: Call) -> Answer:
    """The files, newest first."""
    rules = service.profile.files
    await service.engine.settle_all()
    # Where a list must say which purpose, there is but one.
    if rules.purpose_in_list and call.query.get("purpose") not in rules.purposes:
        raise Refusal("invalid", f"purpose must be one of {', '.join(sorted(rules.purposes))}")
    limit = None if rules.default_limit is None else page_limit(call.query.get("limit"), rules.default_limit)
    files = (file for file in reversed(service.store.files.values()) if not (file.result and rules.results_are_urls))
    return Answer(200, service.profile.file_list(list(islice(files, limit))))


async def retrieve_file(service: Service, call: Call) -> Answer:
    """One file's record."""
    return Answer(200, service.profile.file(_known(service, call.parameters["file_id"])))


async def delete_file(service: Service, call: Call) -> Answer:
    """Forget a file; a batch that still reads it keeps its bytes."""
    file = _known(service, call.parameters["file_id"])
    keep = service.engine.input_in_use(file.id)
    service.store.delete_file(file.id, moment=service.clock.now(), keep_content=keep)
    return Answer(200, {"id": file.id, "object": "file", "deleted": True})


async def file_content(service: Service, call: Call) -> Answer:
    """A file's bytes as they are."""
    file = _known(service, call.parameters["file_id"])
    return Answer(200, raw=service.store.content(file.id), media_type=service.profile.files.content_type)


async def result(service: Service, call: Call) -> Answer:
    """A result by its address, where the provider gives addresses: whoever has it may download it."""
    file = service.store.files.get(call.parameters["file_id"])
    if not service.profile.files.results_are_urls or file is None or not file.result:
        raise Refusal("unknown_path")
    return Answer(200, raw=service.store.content(file.id), media_type=service.profile.files.content_type)


def _known(service: Service, file_id: str) -> File:
    file = service.store.files.get(file_id)
    if file is None:
        raise Refusal("not_found", file_id)
    return file
