"""A generic SMS gateway: one POST a message, as ``qimen.toml`` describes it."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote_plus

from qimen_core.config import SmsConfig
from qimen_core.context import Context
from qimen_core.i18n import translations
from qimen_core.messages.channels import MessageChannel, MessageRefused, Outgoing
from qimen_core.messages.signing import gateway_secret, signed_headers
from qimen_core.outbound import OutboundAnswer, OutboundFailed, OutboundRefused, post

__all__ = ["filled_body", "sms_channels"]

_ = translations("qimen_web")
_ID = "sms"
_BLANK = re.compile(r"\{(phone|text|id)\}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_RECEIPT = re.compile(
    r'"(?:msgid|msg_id|message_id|taskid|id)"\s*:\s*"?([\w-]{1,80})', re.IGNORECASE
)


def sms_channels(ctx: Context) -> list[MessageChannel]:
    """Return the gateway of this deployment, nothing where none is configured."""
    if ctx.qimen.config.sms is None:
        return []
    return [MessageChannel(_ID, str(_("短信")), _send, order=10)]


def _send(ctx: Context, message: Outgoing) -> str:
    config = ctx.qimen.config
    assert config.sms is not None
    if not _MOBILE.fullmatch(message.recipient):
        raise MessageRefused(_("不是手机号，收不到短信，请电话告知"))
    body = filled_body(config.sms, message).encode()
    headers = {"Content-Type": config.sms.content_type, **config.sms.headers}
    if config.sms.sign:
        headers |= _signed(ctx, body)
    try:
        answer = post(config, config.sms.url, body, headers)
    except OutboundRefused as refused:
        raise MessageRefused(_("短信网关的地址不在允许访问的名单里，请联系管理员")) from refused
    return _receipt(config.sms, answer)


def _signed(ctx: Context, body: bytes) -> dict[str, str]:
    secret = gateway_secret(ctx, _ID)
    if secret is None:
        raise OutboundFailed(_("短信网关要求签名，但还没有密钥，请联系管理员"))
    return signed_headers(ctx, secret, body)


def _receipt(sms: SmsConfig, answer: OutboundAnswer) -> str:
    """Return the gateway's own number of the message.

    Raises:
        MessageRefused: The gateway says that it will not take it.
        OutboundFailed: It may be tried again.
    """
    if 400 <= answer.status < 500 and answer.status not in {408, 429}:
        raise MessageRefused(_("短信网关拒收（{status}）").format(status=answer.status))
    if not 200 <= answer.status < 300 or sms.accepted not in answer.text:
        raise OutboundFailed(_("短信网关没有收下（{status}）").format(status=answer.status))
    found = _RECEIPT.search(answer.text)
    return found.group(1) if found else ""


def filled_body(sms: SmsConfig, message: Outgoing) -> str:
    """Return the body for a message, its values quoted as the content type wants it."""
    values = {"phone": message.recipient, "text": message.text, "id": message.id}
    return _BLANK.sub(lambda found: _quoted(sms, values, found.group(1)), sms.body)


def _quoted(sms: SmsConfig, values: Mapping[str, str], name: str) -> str:
    if "json" in sms.content_type:
        return json.dumps(values[name], ensure_ascii=False)[1:-1]
    return quote_plus(values[name])
