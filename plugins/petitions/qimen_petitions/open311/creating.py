"""Making a request: who may, what it must hold, and where it is filed.

No coordinates are kept (DOMAIN.md §6). A place is words (``address_string``) or a community's code
(``address_id``), two of the three ways the specification has; ``lat`` and ``long`` alone are
refused with that sentence, beside one of the two they are dropped. Nor are ``email``,
``device_id`` and ``media_url`` kept: a photo is never needed, and no address is fetched from here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from qimen_core import Context, InvalidInput, scope, translations
from qimen_core.access.throttle import Limit, address_key
from qimen_core.org.queries import Unit, get_unit
from qimen_petitions.models import Category
from qimen_petitions.open311.accounts import account_of, own_case
from qimen_petitions.open311.calls import Call, place_of_call
from qimen_petitions.open311.documents import Document, Value
from qimen_petitions.open311.keys import client_of
from qimen_petitions.open311.offered import COMMUNITY, DISCLOSURE, communities_of, offered_service
from qimen_petitions.open311.refusals import Problem, Refused
from qimen_petitions.services import NewPetition, code_hash, register
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.tracking import format_code, phone_tail

__all__ = ["create"]

_ = translations("qimen_petitions")

SUBMIT = "petitions.order.submit"
_HOUR = 60
_LONGEST = 4000  # as the specification has it
_LONGEST_PLACE = 120
_LONGEST_NAME = 30
_LONGEST_KEY = 200
_OUR_NAMES = {"content": "description"}


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who sends: a program by its key, or a resident by an earlier case."""

    mark: str
    by_key: bool


def create(call: Call) -> Document:
    """Take a request down and return its number, or in batch a token, and the resident's code.

    Raises:
        Refused: It cannot be taken; every error found is told.
        Throttled: Too many were sent.
    """
    _check_origin(call)
    jurisdiction = place_of_call(call)
    sender = _sender(call, jurisdiction)
    service = _service(call)
    unit = _unit_of(call, jurisdiction)
    settings = call.ctx.setting(PetitionSettings, unit.path)
    _check_open(call, service, settings)
    new = _petition(call, service, unit, sender)
    _count_sending(call, sender, settings)
    try:
        made = register(call.ctx, new, SUBMIT)
    except InvalidInput as error:
        told = {_OUR_NAMES.get(field, field): said for field, said in error.errors.items()}
        raise InvalidInput(told) from error
    answer: dict[str, Value] = {"service_request_id": made.number}
    if settings.open311_answer == "batch":
        answer = {"token": code_hash(call.ctx, made.code)}
    answer["service_notice"] = _notice(call)
    answer["account_id"] = format_code(made.code) if new.phone else None
    return Document("service_requests", [answer])


def _check_origin(call: Call) -> None:
    """Let no page of another site send in a visitor's name; a program sends no such header.

    Raises:
        Refused: A browser says that another site asked (403).
    """
    if call.request.raw.header("sec-fetch-site") not in {"", "same-origin", "none"}:
        raise Refused(Problem(403, str(_("请求不是从程序直接发出的"))))


def _sender(call: Call, jurisdiction: Unit) -> _Sender:
    """Return who sends.

    Raises:
        Refused: There is no key and no code, or it does not fit (403).
        Throttled: Too many did not fit.
    """
    key, code = call.argument("api_key"), call.argument("account_id")
    if key:
        if _client(call, jurisdiction, key):
            return _Sender(key, by_key=True)
        raise Refused(Problem(403, str(_("api_key 不对，或已停用"))))
    account = account_of(call)
    if account is None and code:
        account = own_case(call, code, phone_tail(call.argument("phone")))
    if account is None:
        said = _("缺少 api_key；没有 api_key 的，请用以前的查询码作 account_id 并附电话")
        raise Refused(Problem(403, str(said)))
    return _Sender(account.number, by_key=False)


def _client(call: Call, jurisdiction: Unit, key: str) -> str:
    tries = call.ctx.setting(PetitionSettings).follow_tries
    limit = Limit(f"open311-key:{address_key(call.request.address)}"[:80], tries, _HOUR)
    counted = call.request.shell.throttle.reserve([limit])
    name = client_of(call.ctx, jurisdiction.path, key)
    if name:
        counted.succeeded()
    return name


def _service(call: Call) -> Category:
    code = call.argument("service_code")
    if not code:
        raise Refused(Problem(400, str(_("缺少 service_code：请先查询 services"))))
    return offered_service(call, code)


def _unit_of(call: Call, jurisdiction: Unit) -> Unit:
    """Return the unit where it is filed.

    By the community's code, by the choice of the service's definition, by a community's name in
    the address, or else the jurisdiction itself; a county takes none by itself.

    Raises:
        Refused: There is no place, or none of these tells the community (400, 404).
    """
    _check_location(call)
    chosen = call.argument("address_id") or call.argument(f"attribute[{COMMUNITY}]")
    if jurisdiction.kind == "community":
        if chosen and chosen != jurisdiction.code:
            raise _no_such_place()
        return jurisdiction
    places = communities_of(call, jurisdiction)
    if chosen and chosen != jurisdiction.code:
        found = [place for code, _name, place in places if code == chosen]
        if not found:
            raise _no_such_place()
        return _get(call.ctx, found[0])
    words = call.argument("address_string")
    named = [place for _code, name, place in places if name in words]
    if len(named) == 1:
        return _get(call.ctx, named[0])
    if jurisdiction.kind == "county":
        said = _("看不出在哪个社区：请填 address_id 或 attribute[community]，见服务定义")
        raise Refused(Problem(400, str(said)))
    return jurisdiction


def _check_location(call: Call) -> None:
    if call.argument("address_string") or call.argument("address_id"):
        if len(call.argument("address_string")) > _LONGEST_PLACE:
            said = _("address_string 最多 {n} 字").format(n=_LONGEST_PLACE)
            raise Refused(Problem(400, str(said)))
        return
    if call.argument("lat") or call.argument("long"):
        said = _("本系统不保存坐标：请改填 address_string（地点）或 address_id（社区代码）")
        raise Refused(Problem(400, str(said)))
    said = _("缺少地点：请填 address_string（地点）或 address_id（社区代码）")
    raise Refused(Problem(400, str(said)))


def _no_such_place() -> Refused:
    return Refused(Problem(400, str(_("address_id 或 attribute[community] 不是该地的社区代码"))))


def _get(ctx: Context, unit_id: int) -> Unit:
    with scope(ctx.session, ctx, SUBMIT):
        return get_unit(ctx, unit_id)


def _check_open(call: Call, service: Category, settings: PetitionSettings) -> None:
    """Refuse what is urgent, with the number to call, and where residents cannot send either.

    Raises:
        Refused: See above (400).
    """
    if service.urgent:
        said = _("“{service}”可能危及安全，请立即拨打 {phone}，本接口不受理").format(
            service=service.label, phone=settings.emergency_phone
        )
        raise Refused(Problem(400, str(said)))
    if not (settings.open311 and settings.public_form):
        raise Refused(Problem(400, str(_("该社区未开放网上提交"))))


def _petition(call: Call, service: Category, unit: Unit, sender: _Sender) -> NewPetition:
    """Return what is to be taken down.

    Raises:
        Refused: A field is too long or holds what was not offered (400).
    """
    words, place = call.argument("description"), call.argument("address_string")
    # Chinese names begin with the family's.
    name = f"{call.argument('last_name')}{call.argument('first_name')}"
    disclosure = call.argument(f"attribute[{DISCLOSURE}]") or "open"
    problems: Sequence[Problem] = [
        Problem(400, str(said))
        for wrong, said in (
            (len(words) > _LONGEST, _("description 最多 {n} 字").format(n=_LONGEST)),
            (len(name) > _LONGEST_NAME, _("姓名最多 {n} 字").format(n=_LONGEST_NAME)),
            (
                disclosure not in {"open", "anonymous"},
                _("attribute[disclosure] 只能是 open 或 anonymous"),
            ),
        )
        if wrong
    ]
    if problems:
        raise Refused(*problems)
    return NewPetition(
        unit_id=unit.id,
        # The specification leaves the words out where service and place say enough.
        content=words or f"{service.label}：{place or unit.name}",
        name=name,
        phone=call.argument("phone"),
        place=place,
        category=service.code,
        channel="open311",
        anonymous=disclosure == "anonymous",
        key=_form_key(call, unit, sender),
    )


def _form_key(call: Call, unit: Unit, sender: _Sender) -> str:
    """Return the key under which a request that is sent twice is one (SECURITY 17)."""
    sent = call.request.raw.header("idempotency-key").strip()
    if not sent:
        return secrets.token_hex(16)
    if len(sent) > _LONGEST_KEY:
        said = _("Idempotency-Key 最多 {n} 个字符").format(n=_LONGEST_KEY)
        raise Refused(Problem(400, str(said)))
    return f"open311:{unit.id}:{len(sender.mark)}:{sender.mark}:{sent}"


def _count_sending(call: Call, sender: _Sender, settings: PetitionSettings) -> None:
    """Count what is sent: by program, for many residents stand behind one; else by address.

    Raises:
        Throttled: It was too much within an hour.
    """
    limit = Limit(
        f"petitions-sent:{address_key(call.request.address)}"[:80], settings.sent_per_hour, _HOUR
    )
    if sender.by_key:
        known = code_hash(call.ctx, sender.mark)[:40]
        limit = Limit(f"open311-sent:{known}", settings.open311_sent_per_hour, _HOUR)
    call.request.shell.throttle.reserve([limit])


def _notice(call: Call) -> str:
    """Return what happens next, and what was not kept."""
    said = [
        _("一般 1 个工作日内答复是否受理。"),
        _("凭查询码（account_id）和电话后四位查进度，查询码只给这一次。"),
    ]
    if call.argument("media_url"):
        said.append(_("照片网址未保存。"))
    if call.argument("lat") or call.argument("long"):
        said.append(_("坐标未保存。"))
    return "".join(str(each) for each in said)
