"""What Microsoft Entra ID is to clients: discovery, tokens, managed identity, metadata.

Any credentials get a token: nothing here is worth protecting, and the listener is on loopback
only. Who one is follows from the client id, so that role assignments can be tried out.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import NAMESPACE_URL, uuid5

from sandbox.azure.compute.catalogue import aliases
from sandbox.azure.names import CLIENT, TENANT
from sandbox.azure.requests import Answer, Request

HOURS = 24
SCOPES = ("openid", "profile", "offline_access")


def answer(request: Request, parts: list[str]) -> Answer | None:
    """None where the path is none of ours."""
    match request.method, [part.casefold() for part in parts]:
        case "GET", ["metadata", "endpoints"]:
            return Answer(200, _metadata(request))
        case "GET", ["aliases.json"]:
            return Answer(200, aliases())
        case "GET", ["common", "discovery", "instance"]:
            return Answer(200, _instance(request))
        case "GET", [tenant, *_, ".well-known", "openid-configuration"]:
            return Answer(200, _discovery(request, tenant))
        case "GET", [*_, "discovery", "v2.0", "keys"] | [*_, "discovery", "keys"]:
            return Answer(200, {"keys": []})
        case "POST", [tenant, "oauth2", *_, "token"]:
            return _token(request, tenant)
        case "GET", ["msi", "token"] | ["metadata", "identity", "oauth2", "token"]:
            return Answer(200, _managed(request))
    return None


def principal_of(request: Request) -> str | None:
    """The object id of whoever sends it; None without a bearer token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "bearer" or not token.strip():
        return None
    return str(_claims(token).get("oid") or object_id(CLIENT))


def challenge(request: Request) -> Answer:
    """401, with where to sign in."""
    error = {
        "code": "AuthenticationFailed",
        "message": "Authentication failed. The 'Authorization' header is missing.",
    }
    told = (
        f'Bearer authorization_uri="{request.base}/{TENANT}", error="invalid_token", '
        "error_description=\"The authentication failed because of missing 'Authorization' header.\""
    )
    return Answer(401, {"error": error}, {"WWW-Authenticate": told})


def object_id(client: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:cloudops-sandbox:{client}"))


def _metadata(request: Request) -> Any:
    """One object since 2022-09-01; before that a list."""
    version = request.query.get("api-version", "")
    base = request.base
    if not version:
        return {"error": "api-version is missing"}
    if version < "2022":
        return [_endpoints(base, legacy=True)]
    return _endpoints(base, legacy=False)


def _endpoints(base: str, legacy: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": "CloudopsSandbox",
        "portal": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base, f"{base}/"],
            "tenant": TENANT,
            "identityProvider": "AAD",
        },
        "media": base,
        "graphAudience": f"{base}/",
        "graph": f"{base}/",
        "microsoftGraphResourceId": f"{base}/",
        "batch": base,
        "sqlManagement": base,
        "vmImageAliasDoc": f"{base}/aliases.json",
        "resourceManager": f"{base}/",
        "activeDirectoryDataLake": base,
        "suffixes": {
            "storage": "storage.sandbox.invalid",
            "keyVaultDns": "vault.sandbox.invalid",
            "acrLoginServer": "acr.sandbox.invalid",
        },
    }
    if legacy:
        del told["resourceManager"]
    return told


def _instance(request: Request) -> dict[str, Any]:
    return {
        "tenant_discovery_endpoint": f"{request.base}/{TENANT}/v2.0/.well-known/"
        "openid-configuration",
        "api-version": "1.1",
        "metadata": [],
    }


def _discovery(request: Request, tenant: str) -> dict[str, Any]:
    tenant = TENANT if tenant in ("common", "organizations") else tenant
    base = f"{request.base}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "issuer": f"{base}/v2.0",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code", "id_token", "token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": list(SCOPES),
        "claims_supported": ["sub", "iss", "aud", "exp", "tid", "oid", "appid"],
        "tenant_region_scope": "NA",
        "cloud_instance_name": "localhost",
    }


def _token(request: Request, tenant: str) -> Answer:
    form = {k: v[0] for k, v in parse_qs(request.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") not in ("client_credentials", "refresh_token", "password"):
        told = {
            "error": "unsupported_grant_type",
            "error_description": f"AADSTS70003: {form.get('grant_type')} is not imitated.",
        }
        return Answer(400, told)
    client = form.get("client_id") or CLIENT
    audience = (form.get("resource") or form.get("scope", "").removesuffix("/.default")) or "/"
    return Answer(200, _granted(request, tenant, client, audience))


def _granted(request: Request, tenant: str, client: str, audience: str) -> dict[str, Any]:
    seconds = HOURS * 3600
    claims = {
        "aud": audience,
        "iss": f"{request.base}/{tenant}/",
        "exp": int(time.time()) + seconds,
        "appid": client,
        "oid": object_id(client),
        "sub": object_id(client),
        "tid": TENANT if tenant in ("common", "organizations") else tenant,
        "ver": "1.0",
    }
    return {
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": jwt(claims),
    }


def _managed(request: Request) -> dict[str, Any]:
    client = request.query.get("client_id", CLIENT)
    granted = _granted(request, TENANT, client, request.query.get("resource", "/"))
    until = str(int(time.time()) + HOURS * 3600)
    return {
        "access_token": granted["access_token"],
        "client_id": client,
        "expires_on": until,
        "expires_in": str(HOURS * 3600),
        "not_before": str(int(time.time())),
        "resource": request.query.get("resource", "/"),
        "token_type": "Bearer",
    }


def jwt(claims: Mapping[str, Any]) -> str:
    """Readable as a token, signed by nobody."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "sandbox"}
    return ".".join((_part(head), _part(claims), "c2FuZGJveA"))


def _part(data: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def _claims(token: str) -> Mapping[str, Any]:
    try:
        body = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
