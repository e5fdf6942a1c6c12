"""The jobs of the shell: exports, imports, the check of the audit, messages, month-end freezes."""

from typing import Final

from qimen_core import Context, JobSpec
from qimen_core.access import own_account
from qimen_core.audit.reading import READ
from qimen_core.audit.verify import verify
from qimen_core.bulletins.freezing import freeze_last_month
from qimen_core.db.work import unit_of_work
from qimen_core.demo import DemoSet
from qimen_core.i18n import translations
from qimen_core.jobs import JobRefused, RunningJob
from qimen_core.messages.forgetting import forget_old
from qimen_core.messages.sending import send_due
from qimen_web.carrying import run_carried
from qimen_web.list_export import EXPORT_JOB
from qimen_web.workbook_job import IMPORT_JOB

__all__ = ["JOBS", "VERIFY_JOB", "ask_for_a_check"]

_ = translations("qimen_web")
VERIFY_JOB: Final = "web.audit.verify"
_MOST_FAULTS: Final = 20


def verify_audit(job: RunningJob) -> None:
    """Check the whole chain of the audit and say in the tray what was found."""
    if job.state.get("done"):
        return
    with job.context() as ctx:
        if not ctx.can_anywhere(READ):
            raise JobRefused(_("您已没有查看审计的权限，任务没有执行。"))
        verdict = verify(job.qimen, job.progress)
        if verdict.intact:
            said, tone = _("共核验 {rows} 条记录，完整无缺，没有被改动。"), "ok"
        else:
            said, tone = _("共核验 {rows} 条记录，发现问题，请立即报告。"), "danger"
        job.progress(verdict.rows, verdict.rows)
        with unit_of_work(ctx, VERIFY_ACTION, permission=READ) as uow:
            faults = list(verdict.faults[:_MOST_FAULTS])
            job.result(uow, said=said.format(rows=verdict.rows), tone=tone, details=faults)
            job.checkpoint(uow, done=True)
            uow.changes["audit"] = {"rows": str(verdict.rows), "faults": str(len(verdict.faults))}


def ask_for_a_check(ctx: Context, demo_set: DemoSet) -> None:
    """Let the demo's auditor ask for a check, so that the job tray has something true to show."""
    auditor = next((user.username for user in demo_set.accounts if user.role == "auditor"), None)
    found = own_account.credentials(ctx.session, auditor) if auditor else None
    if found is not None:
        asking = ctx.qimen.user_context(ctx.session, found.id)
        with unit_of_work(asking, "core.job.ask", permission=READ, subject=VERIFY_JOB) as uow:
            uow.enqueue(VERIFY_JOB, unit=asking.actor.org_path)


VERIFY_ACTION: Final = "core.audit.verify"
JOBS: Final = (
    JobSpec(EXPORT_JOB, _("导出"), run_carried),
    JobSpec(IMPORT_JOB, _("导入"), run_carried),
    JobSpec(VERIFY_JOB, _("核验审计"), verify_audit),
    JobSpec("web.messages.send", _("给居民发消息"), send_due, every=1),
    JobSpec("web.messages.forget", _("清除过期的消息"), forget_old, every=24 * 60),
    JobSpec("web.bulletins.freeze", _("月末冻结指标"), freeze_last_month, every=60),
)
