"""The rules of routes that are not about pages or files: accounts, settings, our own screens."""

from django.http import HttpRequest
from wagtail.admin.models import EditingSession

from ..policy import Standing
from .guard import administrators, anyone, declare, desk, row_keys

#: The door itself and what every signed-in person's browser fetches.
declare(
    anyone,
    "desk_sign_in",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
)
#: One's own account and home, and dialogs without rows.
declare(
    desk,
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailadmin_dismissibles",
    "wagtailadmin_block_preview",
)
#: What counts, names or changes rows of every region.
declare(
    administrators,
    "wagtailadmin_error_test",
    *(
        f"wagtailadmin_collections:{name}"
        for name in ("index", "add", "edit", "delete", "set_privacy")
    ),
    *(
        f"wagtailadmin_workflows:{name}"
        for name in (
            "index",
            "index_results",
            "add",
            "enable",
            "disable",
            "edit",
            "usage",
            "usage_results",
            "remove",
            "add_task",
            "select_task_type",
            "task_index",
            "task_index_results",
            "edit_task",
            "disable_task",
            "enable_task",
            "task_chooser",
            "task_chooser_results",
            "task_chooser_create",
            "task_chosen",
        )
    ),
    *(
        f"wagtailadmin_reports:{name}{part}"
        for name in (
            "locked_pages",
            "workflow",
            "workflow_tasks",
            "site_history",
            "aging_pages",
            "page_types_usage",
        )
        for part in ("", "_results")
    ),
    *(
        f"wagtailredirects:{name}"
        for name in (
            "index",
            "index_results",
            "add",
            "edit",
            "delete",
            "start_import",
        )
    ),
    *(
        f"{screens}:{name}"
        for screens in ("wagtailsites", "wagtailusers_users", "wagtailusers_groups")
        for name in (
            "index",
            "index_results",
            "add",
            "edit",
            "delete",
            "history",
            "history_results",
            "usage",
        )
    ),
    "wagtailsites:copy",
    "wagtailusers_users:copy",
    # Tags are words of every region's files.
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_tag_model_autocomplete",
)


def begun_import(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let administrators go on with an import of redirects: Wagtail fails on one never begun."""
    begun = request.method != "POST" or "import_file_name" in request.POST
    return standing.is_admin and begun


declare(begun_import, "wagtailredirects:process_import")


def own_session(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let a person release their own editing session only."""
    session = EditingSession.objects.filter(pk=kwargs["session_id"]).first()
    return session is not None and session.user_id == standing.user_id


def link_dialog(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let the desk type links; the page that one came from is carried along, if it is a number."""
    parents = filter(None, request.GET.getlist("parent_page_id"))
    return standing.may_enter_admin and row_keys(parents) is not None


def typed_link(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let the desk type an address; Wagtail stumbles over a form without its one field."""
    typed = request.method != "POST" or "external-link-chooser-url" in request.POST
    return typed and link_dialog(request, standing, kwargs)


declare(typed_link, "wagtailadmin_choose_page_external_link")
declare(
    link_dialog,
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
)
declare(own_session, "wagtailadmin_editing_sessions:release")
