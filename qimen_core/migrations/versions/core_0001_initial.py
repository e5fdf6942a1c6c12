"""initial."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "core_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "core_audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_core_audit")),
    )
    op.create_index(op.f("ix_core_audit_action"), "core_audit", ["action"], unique=False)
    op.create_index(op.f("ix_core_audit_actor_id"), "core_audit", ["actor_id"], unique=False)
    op.create_index(op.f("ix_core_audit_at"), "core_audit", ["at"], unique=False)
    op.create_index(op.f("ix_core_audit_org_path"), "core_audit", ["org_path"], unique=False)
    op.create_index(op.f("ix_core_audit_subject"), "core_audit", ["subject"], unique=False)
    op.create_table(
        "core_audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_head")),
    )
    op.create_table(
        "core_idempotency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_idempotency")),
        sa.UniqueConstraint("action", "key", name=op.f("uq_core_idempotency_action_key")),
    )
    op.create_index(
        op.f("ix_core_idempotency_created_at"), "core_idempotency", ["created_at"], unique=False
    )
    op.create_table(
        "core_org",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("initials", sa.String(60), nullable=False),
        sa.Column("path", PathType, nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["core_org.id"], name=op.f("fk_core_org_parent_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_org")),
        sa.UniqueConstraint("code", name=op.f("uq_core_org_code")),
        sa.UniqueConstraint("path", name=op.f("uq_core_org_path")),
    )
    op.create_index(op.f("ix_core_org_initials"), "core_org", ["initials"], unique=False)
    op.create_index("ix_core_org_kind_path", "core_org", ["kind", "path", "valid_to"], unique=False)
    op.create_index(op.f("ix_core_org_parent_id"), "core_org", ["parent_id"], unique=False)
    op.create_table(
        "core_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("delivered_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_outbox")),
    )
    op.create_index(
        op.f("ix_core_outbox_delivered_at"), "core_outbox", ["delivered_at"], unique=False
    )
    op.create_table(
        "core_role_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("permission", sa.String(80), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role_permission")),
        sa.UniqueConstraint(
            "role", "permission", name=op.f("uq_core_role_permission_role_permission")
        ),
    )
    op.create_table(
        "core_throttle",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_start", UTCDateTime(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_throttle")),
    )
    op.create_table(
        "core_org_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_org_version_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["core_org.id"], name=op.f("fk_core_org_version_parent_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_org_version")),
    )
    op.create_index(
        op.f("ix_core_org_version_org_id"), "core_org_version", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_core_org_version_valid_to"), "core_org_version", ["valid_to"], unique=False
    )
    op.create_table(
        "core_outbox_delivery",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("error", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["core_outbox.id"],
            name=op.f("fk_core_outbox_delivery_outbox_id_core_outbox"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outbox_id", "plugin", name=op.f("pk_core_outbox_delivery")),
    )
    op.create_table(
        "core_person",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("initials", sa.String(30), nullable=False),
        sa.Column("gender", sa.String(1), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(64), nullable=True),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("id_number_index", sa.String(64), nullable=True),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_person_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_person")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_core_person_id_number_index")),
    )
    op.create_index(op.f("ix_core_person_initials"), "core_person", ["initials"], unique=False)
    op.create_index(op.f("ix_core_person_org_id"), "core_person", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_person_org_path"), "core_person", ["org_path"], unique=False)
    op.create_index(
        op.f("ix_core_person_phone_index"), "core_person", ["phone_index"], unique=False
    )
    op.create_table(
        "core_search",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_search_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_search")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_core_search_kind_ref")),
    )
    op.create_index(op.f("ix_core_search_org_id"), "core_search", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_search_org_path"), "core_search", ["org_path"], unique=False)
    op.create_table(
        "core_setting",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(40), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_setting_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_setting")),
        sa.UniqueConstraint(
            "plugin", "key", "org_id", name=op.f("uq_core_setting_plugin_key_org_id")
        ),
    )
    op.create_index(op.f("ix_core_setting_org_id"), "core_setting", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_setting_org_path"), "core_setting", ["org_path"], unique=False)
    op.create_table(
        "core_party_membership",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_party_membership_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_core_party_membership_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_party_membership")),
    )
    op.create_index(
        op.f("ix_core_party_membership_org_id"), "core_party_membership", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_core_party_membership_org_path"),
        "core_party_membership",
        ["org_path"],
        unique=False,
    )
    op.create_index(
        op.f("ix_core_party_membership_person_id"),
        "core_party_membership",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "core_position",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_position_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_position_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position")),
    )
    op.create_index(op.f("ix_core_position_org_id"), "core_position", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_position_org_path"), "core_position", ["org_path"], unique=False)
    op.create_index(
        op.f("ix_core_position_person_id"), "core_position", ["person_id"], unique=False
    )
    op.create_table(
        "core_user",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("password_changed_at", UTCDateTime(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("disabled_reason", sa.String(200), nullable=False),
        sa.Column("last_login_at", UTCDateTime(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_enabled", sa.Boolean(), nullable=False),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("rights_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_user_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_user_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user")),
        sa.UniqueConstraint("username", name=op.f("uq_core_user_username")),
    )
    op.create_index(op.f("ix_core_user_org_id"), "core_user", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_user_org_path"), "core_user", ["org_path"], unique=False)
    op.create_index(op.f("ix_core_user_person_id"), "core_user", ["person_id"], unique=False)
    op.create_table(
        "core_file",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("stored_as", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_user.id"], name=op.f("fk_core_file_created_by_core_user")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_file_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_file")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_core_file_stored_as")),
    )
    op.create_index(op.f("ix_core_file_org_id"), "core_file", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_file_org_path"), "core_file", ["org_path"], unique=False)
    op.create_index(op.f("ix_core_file_subject"), "core_file", ["subject"], unique=False)
    op.create_table(
        "core_grant",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["core_user.id"], name=op.f("fk_core_grant_granted_by_core_user")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_grant_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_grant_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_grant")),
    )
    op.create_index(op.f("ix_core_grant_org_id"), "core_grant", ["org_id"], unique=False)
    op.create_index(op.f("ix_core_grant_org_path"), "core_grant", ["org_path"], unique=False)
    op.create_index(op.f("ix_core_grant_user_id"), "core_grant", ["user_id"], unique=False)
    op.create_table(
        "core_plugin_toggle",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(40), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["core_user.id"],
            name=op.f("fk_core_plugin_toggle_changed_by_core_user"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_plugin_toggle_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plugin_toggle")),
        sa.UniqueConstraint("plugin", "org_id", name=op.f("uq_core_plugin_toggle_plugin_org_id")),
    )
    op.create_index(
        op.f("ix_core_plugin_toggle_org_id"), "core_plugin_toggle", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_core_plugin_toggle_org_path"), "core_plugin_toggle", ["org_path"], unique=False
    )
    op.create_table(
        "core_saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_saved_view_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_saved_view")),
        sa.UniqueConstraint(
            "user_id", "list_id", "name", name=op.f("uq_core_saved_view_user_id_list_id_name")
        ),
    )
    op.create_index(
        op.f("ix_core_saved_view_user_id"), "core_saved_view", ["user_id"], unique=False
    )
    op.create_table(
        "core_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("rights_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_session_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_session_token_hash")),
    )
    op.create_index(
        op.f("ix_core_session_expires_at"), "core_session", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_core_session_user_id"), "core_session", ["user_id"], unique=False)
    op.create_table(
        "core_workday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["core_user.id"], name=op.f("fk_core_workday_updated_by_core_user")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_core_workday")),
    )
    op.create_table(
        "core_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("key", sa.String(120), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("heartbeat_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=False),
        sa.Column("progress_note", sa.String(200), nullable=False),
        sa.Column("checkpoint", Json, nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("result_file_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_file_id"], ["core_file.id"], name=op.f("fk_core_job_result_file_id_core_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_job_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job")),
        sa.UniqueConstraint("key", name=op.f("uq_core_job_key")),
    )
    op.create_index(op.f("ix_core_job_kind"), "core_job", ["kind"], unique=False)
    op.create_index(op.f("ix_core_job_not_before"), "core_job", ["not_before"], unique=False)
    op.create_index(op.f("ix_core_job_state"), "core_job", ["state"], unique=False)
    op.create_index(op.f("ix_core_job_user_id"), "core_job", ["user_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_core_job_user_id"), table_name="core_job")
    op.drop_index(op.f("ix_core_job_state"), table_name="core_job")
    op.drop_index(op.f("ix_core_job_not_before"), table_name="core_job")
    op.drop_index(op.f("ix_core_job_kind"), table_name="core_job")
    op.drop_table("core_job")
    op.drop_table("core_workday")
    op.drop_index(op.f("ix_core_session_user_id"), table_name="core_session")
    op.drop_index(op.f("ix_core_session_expires_at"), table_name="core_session")
    op.drop_table("core_session")
    op.drop_index(op.f("ix_core_saved_view_user_id"), table_name="core_saved_view")
    op.drop_table("core_saved_view")
    op.drop_index(op.f("ix_core_plugin_toggle_org_path"), table_name="core_plugin_toggle")
    op.drop_index(op.f("ix_core_plugin_toggle_org_id"), table_name="core_plugin_toggle")
    op.drop_table("core_plugin_toggle")
    op.drop_index(op.f("ix_core_grant_user_id"), table_name="core_grant")
    op.drop_index(op.f("ix_core_grant_org_path"), table_name="core_grant")
    op.drop_index(op.f("ix_core_grant_org_id"), table_name="core_grant")
    op.drop_table("core_grant")
    op.drop_index(op.f("ix_core_file_subject"), table_name="core_file")
    op.drop_index(op.f("ix_core_file_org_path"), table_name="core_file")
    op.drop_index(op.f("ix_core_file_org_id"), table_name="core_file")
    op.drop_table("core_file")
    op.drop_index(op.f("ix_core_user_person_id"), table_name="core_user")
    op.drop_index(op.f("ix_core_user_org_path"), table_name="core_user")
    op.drop_index(op.f("ix_core_user_org_id"), table_name="core_user")
    op.drop_table("core_user")
    op.drop_index(op.f("ix_core_position_person_id"), table_name="core_position")
    op.drop_index(op.f("ix_core_position_org_path"), table_name="core_position")
    op.drop_index(op.f("ix_core_position_org_id"), table_name="core_position")
    op.drop_table("core_position")
    op.drop_index(op.f("ix_core_party_membership_person_id"), table_name="core_party_membership")
    op.drop_index(op.f("ix_core_party_membership_org_path"), table_name="core_party_membership")
    op.drop_index(op.f("ix_core_party_membership_org_id"), table_name="core_party_membership")
    op.drop_table("core_party_membership")
    op.drop_index(op.f("ix_core_setting_org_path"), table_name="core_setting")
    op.drop_index(op.f("ix_core_setting_org_id"), table_name="core_setting")
    op.drop_table("core_setting")
    op.drop_index(op.f("ix_core_search_org_path"), table_name="core_search")
    op.drop_index(op.f("ix_core_search_org_id"), table_name="core_search")
    op.drop_table("core_search")
    op.drop_index(op.f("ix_core_person_phone_index"), table_name="core_person")
    op.drop_index(op.f("ix_core_person_org_path"), table_name="core_person")
    op.drop_index(op.f("ix_core_person_org_id"), table_name="core_person")
    op.drop_index(op.f("ix_core_person_initials"), table_name="core_person")
    op.drop_table("core_person")
    op.drop_table("core_outbox_delivery")
    op.drop_index(op.f("ix_core_org_version_valid_to"), table_name="core_org_version")
    op.drop_index(op.f("ix_core_org_version_org_id"), table_name="core_org_version")
    op.drop_table("core_org_version")
    op.drop_table("core_throttle")
    op.drop_table("core_role_permission")
    op.drop_index(op.f("ix_core_outbox_delivered_at"), table_name="core_outbox")
    op.drop_table("core_outbox")
    op.drop_index(op.f("ix_core_org_parent_id"), table_name="core_org")
    op.drop_index("ix_core_org_kind_path", table_name="core_org")
    op.drop_index(op.f("ix_core_org_initials"), table_name="core_org")
    op.drop_table("core_org")
    op.drop_index(op.f("ix_core_idempotency_created_at"), table_name="core_idempotency")
    op.drop_table("core_idempotency")
    op.drop_table("core_audit_head")
    op.drop_index(op.f("ix_core_audit_subject"), table_name="core_audit")
    op.drop_index(op.f("ix_core_audit_org_path"), table_name="core_audit")
    op.drop_index(op.f("ix_core_audit_at"), table_name="core_audit")
    op.drop_index(op.f("ix_core_audit_actor_id"), table_name="core_audit")
    op.drop_index(op.f("ix_core_audit_action"), table_name="core_audit")
    op.drop_table("core_audit")
