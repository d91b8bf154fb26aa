"""The operations on files, as every provider has them; its contract and its profile say where it differs."""

import sys
from itertools import dropwhile, islice

from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.batch_operations import page_values
from conformance.simulator.profile import File
from conformance.simulator.requests import check_form, check_query, page_limit
from conformance.simulator.service import Service
from conformance.simulator.troubles import Refusal
from conformance.simulator.upload import Upload, receive


async def upload_file(service: Service, call: Call) -> ServedAnswer:
    """Keep a file.

    Of the rules for a batch's input only size and number are checked here, the others when a batch validates it: they
    are documented for batches, not for uploads.
    """
    path = service.store.work(f"upload-{service.next_number()}")
    try:
        upload = await receive(call.request, path, service.profile.rules.max_bytes or sys.maxsize)
        _check(service, call, upload)
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
    return service.success(service.profile.file(file, call), call)


def _check(service: Service, call: Call, upload: Upload) -> None:
    rules, purposes = service.profile.rules, service.profile.purposes
    purpose = upload.fields.get("purpose")
    if upload.filename is None:
        raise Refusal("invalid", "file is missing")
    if purpose is None or (purposes is not None and purpose not in purposes):
        known = sorted(purposes or {service.profile.rules.batch_purpose})
        raise Refusal("invalid", f"purpose must be one of {', '.join(known)}")
    check_form(service.operation(call), upload.fields, ("file",))
    if purpose == service.profile.rules.batch_purpose and rules.max_files is not None:
        kept = sum(file.purpose == purpose and not file.result for file in service.store.files.values())
        if kept >= rules.max_files:
            raise Refusal("invalid", f"there are {kept} batch files already, at most {rules.max_files}")


async def list_files(service: Service, call: Call) -> ServedAnswer:
    """The files, newest first unless the other order is documented and asked for."""
    operation, query = service.operation(call), call.query
    check_query(operation, query)
    limit = page_limit(operation, query)
    await service.engine.settle_all()
    hidden = service.profile.results_are_urls
    files = [file for file in service.store.files.values() if not (file.result and hidden)]
    if not (operation.parameter("order") and query.get("order") == "asc"):
        files.reverse()
    if operation.parameter("purpose") and "purpose" in query:
        files = [file for file in files if file.purpose == query["purpose"]]
    if operation.parameter("after") and query.get("after"):
        files = list(dropwhile(lambda file: file.id != query["after"], files))[1:]
    page = [service.profile.file(file, call) for file in islice(files, limit)]
    return service.profile.answer(call.operation, page, page_values(page, more=len(files) > len(page)))


async def retrieve_file(service: Service, call: Call) -> ServedAnswer:
    """One file's record."""
    return service.success(service.profile.file(_known(service, call), call), call)


async def delete_file(service: Service, call: Call) -> ServedAnswer:
    """Forget a file; a batch that still reads it keeps its bytes."""
    file = _known(service, call)
    keep = service.engine.input_in_use(file.id)
    service.store.delete_file(file.id, moment=service.clock.now(), keep_content=keep)
    return service.success(service.profile.file(file, call), call)


async def file_content(service: Service, call: Call) -> ServedAnswer:
    """A file's bytes as they are."""
    file = _known(service, call)
    return ServedAnswer(200, raw=service.store.content(file.id), media_type=service.profile.content_type)


async def result(service: Service, call: Call) -> ServedAnswer:
    """A result by its address, where the provider gives addresses: whoever has it may download it."""
    file = service.store.files.get(call.parameters["file_id"])
    if not service.profile.results_are_urls or file is None or not file.result:
        raise Refusal("unknown_path")
    return ServedAnswer(200, raw=service.store.content(file.id), media_type=service.profile.content_type)


def _known(service: Service, call: Call) -> File:
    file_id = call.parameters["file_id"]
    if file_id not in service.store.files:
        raise Refusal("not_found", file_id)
    return service.store.files[file_id]
