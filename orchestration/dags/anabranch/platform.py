"""The platform's HTTP API as tasks use it."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path


class Refused(Exception):
    """The platform answered with an error; the message is its own."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class Away(Exception):
    """The platform did not answer, or said that it is busy or starting."""


class Platform:
    """One platform. Every call has a time limit; none is repeated here."""

    def __init__(self, url: str, token_file: str | None = None, token: str | None = None):
        self._url = url.rstrip("/")
        self._token_file = token_file
        self._token = token

    @classmethod
    def of_environment(cls) -> Platform:
        """The platform that ANABRANCH_API_URL names; its token is in ANABRANCH_API_TOKEN_FILE's file, or in ANABRANCH_API_TOKEN itself."""
        url = os.environ.get("ANABRANCH_API_URL", "")
        if not url:
            raise ValueError("ANABRANCH_API_URL is not set: Airflow's tasks need the platform's base URL in it")
        return cls(url, os.environ.get("ANABRANCH_API_TOKEN_FILE") or None, os.environ.get("ANABRANCH_API_TOKEN") or None)

    def url(self, collection: str, *ids: str) -> str:
        """The URL of a collection, as batch-runs, or of a resource in it."""
        return "/".join([self._url, "v1", collection, *(urllib.parse.quote(id_, safe="") for id_ in ids)])

    def get(self, url: str) -> tuple[int, dict]:
        return self._send("GET", url, None, timeout=30)

    def post(self, url: str, body: dict | None = None, timeout: float = 30) -> tuple[int, dict]:
        return self._send("POST", url, body, timeout)

    def _send(self, method: str, url: str, body: dict | None, timeout: float) -> tuple[int, dict]:
        request = urllib.request.Request(url, method=method, headers={"Accept": "application/json"})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self._token_file:
            # Read each time: the token may have been changed since.
            request.add_header("Authorization", "Bearer " + Path(self._token_file).read_text().strip())
        elif self._token:
            request.add_header("Authorization", "Bearer " + self._token)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            message = f"{method} {url}: {error.code} {_reason(error)}"
            if error.code in (429, 502, 503, 504):
                raise Away(message) from None
            raise Refused(error.code, message) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Away(f"{method} {url}: {error!r}") from error


def _reason(error: urllib.error.HTTPError) -> str:
    """The detail of an application/problem+json, or the status in words."""
    try:
        problem = json.load(error)
        return problem.get("detail") or problem.get("title") or error.reason
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return error.reason
