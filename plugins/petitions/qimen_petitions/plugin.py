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
from qimen_petitions.estates.forgetting import RATING_JOBS
from qimen_petitions.estates.metrics import RATING_METRICS
from qimen_petitions.estates.models import TABLES as RATING_TABLES
from qimen_petitions.estates.panels import rating_menu, rating_todos
from qimen_petitions.estates.permissions import ESTATE_PERMISSIONS
from qimen_petitions.estates.privacy import ESTATE_FIELDS
from qimen_petitions.gathering import models as gathering_models
from qimen_petitions.messaging.telling import hear_for_resident
from qimen_petitions.reminding import hear_reminder
from qimen_petitions.reviewing import models as review_models
from qimen_petitions.routes import (
    analysis,
    answering,
    api,
    board,
    calling,
    categories,
    detail,
    estates,
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
    rated_estates,
    rating_items,
    rating_public,
    rating_views,
    ratings,
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
    """Petitions, who is sealed and who is named in them, categories, lists, routing, ratings."""
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
        *RATING_TABLES,
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
    rating = (estates, ratings, rated_estates, rating_views, rating_items)
    return collect(*pages, *more, *rating, api)


@hookimpl
def register_public_routes() -> Iterable[object]:
    """Pages for residents."""
    return collect(public, evaluating, publicity, open311, rating_public)


@hookimpl
def register_permissions() -> Iterable[Permission]:
    """See ``permissions.py`` here and in ``estates``."""
    return (*permissions.PERMISSIONS, *ESTATE_PERMISSIONS)


@hookimpl
def register_settings() -> SettingsSpec:
    """The public form and the tracking page."""
    return SettingsSpec(PetitionSettings, _("民意直通车"))


@hookimpl
def register_metrics() -> Iterable[Metric]:
    """How many petitions were resolved; who rates property service, and how."""
    return (*metrics.METRICS, *RATING_METRICS)


@hookimpl
def register_jobs() -> Iterable[JobSpec]:
    """Every day: what is due and overdue, and what no longer tells who rated."""
    return (*due.JOBS, *RATING_JOBS)


@hookimpl
def on_event(ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None) -> None:
    """Tell the unit of what came in or left somebody unhappy, and the resident of the answer."""
    telling.hear(ctx, event, payload, actor_id)
    hear_unhappy(ctx, event, payload, actor_id)
    hear_reminder(ctx, event, payload, actor_id)
    hear_for_resident(ctx, event, payload)


@hookimpl
def register_commands() -> Iterable[click.Command]:
    """Train and judge the classifier, look through a file."""
    return commands.COMMANDS


@hookimpl
def register_personal_data() -> Iterable[PersonalField]:
    """See ``privacy.py`` here and in ``estates``."""
    return (*privacy.FIELDS, *ESTATE_FIELDS)


@hookimpl
def register_demo(ctx: Context, seed: int, demo_set: DemoSet) -> None:
    """300 requests over the twelve months before today, templates to answer them, two ratings."""
    stage = demo.stage_of(ctx, demo_set)
    demo.seed(ctx, seed, demo_set, stage)
    demo.seed_templates(ctx)
    demo.seed_ratings(ctx, seed, stage)


@hookimpl
def nav_items(ctx: Context) -> Iterable[NavItem]:
    """The list, with a badge of what waits."""
    return [*panels.menu(ctx), *answering_menu(), *rating_menu()]


@hookimpl
def dashboard_widgets(ctx: Context) -> Iterable[Widget]:
    """Volumes by unit."""
    return panels.widgets(ctx)


@hookimpl
def todo_items(ctx: Context) -> Iterable[TodoItem]:
    """Overdue, due today, and what waits for each step; rounds to close, words to write."""
    return [*panels.todos(ctx), *rating_todos(ctx)]


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
