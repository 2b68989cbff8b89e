"""An S3 server within the test that tells, before it answers, what it is asked for."""

import os
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any, Protocol

import boto3
import msgspec
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from msgspec import Struct
from werkzeug.serving import WSGIRequestHandler, make_server

from transcoder.contract import DESCRIPTOR, Descriptor

NAME = "films"
#: Hears of each request: the method and the key.
Hear = Callable[[str, str], None]


class Fault(Struct, frozen=True):
    """An answer in place of the bucket's own, with its code; or, `cut`, its own broken off in the middle."""

    status: int
    code: str
    cut: bool = False


class Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        return None


class Bucket:
    """`before` hears of requests that have not been carried out, `after` of those that have, but got no answer yet.

    `fault` says for each what is wrong with it, None where nothing is.
    """

    def __init__(self) -> None:
        os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
        self.before: Hear = lambda _method, _key: None
        self.after: Hear = lambda _method, _key: None
        self.fault: Callable[[str, str], Fault | None] = self.never
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Silent)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port: int = self._server.server_port
        self._endpoint = f"http://127.0.0.1:{self.port}"
        self._client = boto3.client("s3", endpoint_url=self._endpoint, region_name="us-east-1")
        self._client.create_bucket(Bucket=NAME)

    @property
    def url(self) -> str:
        return f"s3://{NAME}?endpoint={self._endpoint}&style=path"

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        method, key = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(f"/{NAME}").lstrip("/")
        self.before(method, key)
        fault = self.fault(method, key)
        if fault is not None and not fault.cut:
            return _refuse(fault, environ, start_response)
        answer = self._app(environ, start_response)
        if fault is not None:
            whole = b"".join(answer)
            answer = [whole[: len(whole) // 2]]  # fewer bytes than its head has promised
        self.after(method, key)
        return answer

    @staticmethod
    def never(_method: str, _key: str) -> Fault | None:
        return None

    def put(self, key: str, content: bytes) -> None:
        self._client.put_object(Bucket=NAME, Key=key, Body=content)

    def read(self, key: str) -> bytes:
        return bytes(self._client.get_object(Bucket=NAME, Key=key)["Body"].read())

    def keys(self, prefix: str) -> set[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=NAME, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def close(self) -> None:
        self._client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Kept(Protocol):
    """Objects by their keys."""

    def read(self, key: str) -> bytes: ...

    def keys(self, prefix: str) -> set[str]: ...


def compare(home: str, preview: Any, descriptor: Any, kept: Kept) -> tuple[set[str], set[str]]:
    """Of a finished package, what is stored and named by no edition nor preview, and what is named and not stored."""
    named = {"start/init.mp4", *(f"start/{number:03d}.m4s" for number in range(len(preview["segments"])))}
    for edition in range(1, msgspec.convert(descriptor, Descriptor).edition + 1):
        told = msgspec.json.decode(kept.read(f"{home}{edition}/{DESCRIPTOR}"), type=Descriptor)
        named |= {*told.files, f"{edition}/{DESCRIPTOR}"}
    stored = {key.removeprefix(home) for key in kept.keys(home)}
    return stored - named, named - stored


def _refuse(fault: Fault, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = f"<Error><Code>{fault.code}</Code><Message>by order of a test</Message></Error>".encode()
    head = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{fault.status} {fault.code}", head)
    return [body]


def an_open_bucket() -> Iterator[Bucket]:
    bucket = Bucket()
    yield bucket
    bucket.close()
