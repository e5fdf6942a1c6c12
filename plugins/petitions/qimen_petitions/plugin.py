"""Contents of 民意直通车: what petitions hand to the core and to the shell."""

from collections.abc import Iterable, Mapping

import click
from sqlmodel import SQLModel

from qimen_core import (
    Context,
    JobSpec,
    Metric,
    NavItem,
    OrgKind,
    OrgUnit,
    Panel,
    Permission,
    Person,
    PersonalField,
    PluginMeta,
    SearchHit,
    SettingsSpec,
    TodoItem,
    Widget,
    hookimpl,
    translations,
)
from qimen_core.demo import DemoSet
from qimen_petitions import demo, due, metrics, models, panels, permissions, privacy, rules, telling
from qimen_petitions.analysis import commands
from qimen_petitions.answering import models as answering_models
from qimen_petitions.answering.panels import answering_menu
from qimen_petitions.calling.evaluating import hear_unhappy
from qimen_petitions.gathering import models as gathering_models
from qimen_petitions.messaging.telling import hear_for_resident
from qimen_petitions.reviewing import models as review_models
from qimen_petitions.routes import (
    analysis,
    answering,
    api,
    board,
    calling,
    categories,
    detail,
    evaluating,
    figures,
    files,
    gatherings,
    intake,
    listing,
    lists,
    moving,
    open311,
    posters,
    public,
    publicity,
    revealing,
    reviewing,
    routing,
    staff,
    widgets,
)
from qimen_petitions.routing.models import Routing, RoutingRule
from qimen_petitions.settings import PetitionSettings
from qimen_web import collect

_ = translations("qimen_petitions")

meta = PluginMeta(
    name="petitions", label=_("民意直通车"), core=">=0.1,<0.2", requires=("web", "orders")
)


@hookimpl
def register_models() -> Iterable[type[SQLModel]]:
    """Petitions, who is sealed and who is named in them, categories, lists and routing."""
    return (
        models.Petition,
        models.SealedComplainant,
        models.NamedParty,
        models.Category,
        gathering_models.OutsideNumber,
        gathering_models.SavedMapping,
        *answering_models.TABLES,
        *review_models.TABLES,
        RoutingRule,
        Routing,
        gathering_models.Gathering,
        gathering_models.Gathered,
        gathering_models.Emergency,
    )


@hookimpl
def register_org_kinds() -> Iterable[OrgKind]:
    """Who looks after an estate beside the residents' committee: 三驾马车."""
    return rules.ORG_KINDS


@hookimpl
def register_routes() -> Iterable[object]:
    """Pages for staff."""
    pages = (listing, intake, categories, detail, figures, revealing, moving, files, staff, posters)
    more = (widgets, analysis, lists, gatherings, answering, calling, reviewing, routing, board)
    return collect(*pages, *more, api)


@hookimpl
def register_public_routes() -> Iterable[object]:
    """Pages for residents."""
    return collect(public, evaluating, publicity, open311)


@hookimpl
def register_permissions() -> Iterable[Permission]:
    """See ``permissions.py``."""
    return permissions.PERMISSIONS


@hookimpl
def register_settings() -> SettingsSpec:
    """The public form and the tracking page."""
    return SettingsSpec(PetitionSettings, _("民意直通车"))


@hookimpl
def register_metrics() -> Iterable[Metric]:
    """How many petitions were resolved."""
    return metrics.METRICS


@hookimpl
def register_jobs() -> Iterable[JobSpec]:
    """Every morning: what is due today and what has become overdue."""
    return due.JOBS


@hookimpl
def on_event(ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None) -> None:
    """Tell the unit of what came in or left somebody unhappy, and the resident of the answer."""
    telling.hear(ctx, event, payload, actor_id)
    hear_unhappy(ctx, event, payload, actor_id)
    hear_for_resident(ctx, event, payload)


@hookimpl
def register_commands() -> Iterable[click.Command]:
    """Train and judge the classifier, look through a file."""
    return commands.COMMANDS


@hookimpl
def register_personal_data() -> Iterable[PersonalField]:
    """See ``privacy.py``."""
    return privacy.FIELDS


@hookimpl
def register_demo(ctx: Context, seed: int, demo_set: DemoSet) -> None:
    """300 requests over the twelve months before today, and templates to answer them with."""
    demo.seed(ctx, seed, demo_set)
    demo.seed_templates(ctx)


@hookimpl
def nav_items(ctx: Context) -> Iterable[NavItem]:
    """The list, with a badge of what waits."""
    return [*panels.menu(ctx), *answering_menu()]


@hookimpl
def dashboard_widgets(ctx: Context) -> Iterable[Widget]:
    """Volumes by unit."""
    return panels.widgets(ctx)


@hookimpl
def todo_items(ctx: Context) -> Iterable[TodoItem]:
    """Overdue, due today, and what waits for each step."""
    return panels.todos(ctx)


@hookimpl
def org_panels(ctx: Context, unit: OrgUnit) -> Iterable[Panel]:
    """A unit's petitions."""
    return panels.panels_of_unit(ctx, unit)


@hookimpl
def person_panels(ctx: Context, person: Person) -> Iterable[Panel]:
    """What a person of the staff handles and took down."""
    return panels.panels_of_person(ctx, person)


@hookimpl
def search(ctx: Context, query: str) -> Iterable[SearchHit]:
    """Petitions by number, title and words."""
    return panels.search_petitions(ctx, query)
