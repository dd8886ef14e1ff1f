"""Signing in and setting a password: Django's own views in our look, throttled."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .members import is_member
from .models import User
from .policy import standing_of
from .throttle import count_attempt, forget_attempts, seconds_left, take_back_attempt

#: Failed sign-ins in a quarter of an hour: for one e-mail, and for one address on the network,
#: which a whole town hall may share.
WINDOW = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 50
#: Mails to set a password, an hour.
RESET_WINDOW = timedelta(hours=1)
RESETS_PER_EMAIL = 3
RESETS_PER_ADDRESS = 30


def network_address(request: HttpRequest) -> str:
    """Return the address the request came from, as seen by the outermost proxy of ours.

    Each proxy appends the address it was called from to ``X-Forwarded-For``; what stands before
    our own proxies' entries is the caller's word. Of IPv6 the network of 64 bits counts: a caller
    has all of it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped:  # noqa: PLR2004  the versions are 4 and 6
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def too_many(
    request: HttpRequest, *, window: timedelta, back: tuple[str, str] | None = None
) -> HttpResponse:
    """Answer 429 with a word on how long to wait; ``back``, in words and an address, leads on."""
    seconds = seconds_left(window)
    context = {"minutes": ceil(seconds / 60), "back": back}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


class SignInForm(AuthenticationForm):
    """Django's form with our words."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The e-mail and the password do not belong together. Try again."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        if self.is_bound:  # the summary of what is wrong takes the focus: a page has one
            self.fields["username"].widget.attrs.pop("autofocus", None)


class SignInView(auth_views.LoginView):
    """Sign-in by e-mail; after too many failures one waits."""

    template_name = "account/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count first, then look at the password: guesses sent at once are counted as well.

        Past the limit a guess is not looked at, right or wrong.
        """
        by_email = count_attempt("sign-in-email", request.POST.get("username", ""), window=WINDOW)
        by_address = count_attempt("sign-in-address", network_address(request), window=WINDOW)
        if by_email > FAILURES_PER_EMAIL or by_address > FAILURES_PER_ADDRESS:
            return too_many(request, window=WINDOW)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget the failures of this e-mail; a sign-in that succeeds is no failure."""
        forget_attempts("sign-in-email", form.cleaned_data["username"])
        take_back_attempt("sign-in-address", network_address(self.request), window=WINDOW)
        return super().form_valid(form)


class ResetForm(PasswordResetForm):
    """Mails the link in the language of the person it goes to."""

    def get_users(self, email: str) -> Iterator[User]:
        """Return the person with this e-mail, also if they have no password yet."""
        return User.objects.with_email(email).filter(is_active=True).iterator()

    def save(self, *args: object, **kwargs: object) -> None:
        """Send the mails, each in its reader's language."""
        for user in self.get_users(self.cleaned_data["email"]):
            with override(user.language):
                self._send(user, kwargs["request"], kwargs.get("token_generator"))

    def _send(self, user: User, request: HttpRequest, tokens: object) -> None:
        context = {
            "user": user,
            "uid": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": (tokens or default_token_generator).make_token(user),
            "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }
        self.send_mail(
            "account/password_reset_subject.txt",
            "account/password_reset_email.txt",
            context,
            None,
            user.email,
        )


class PasswordResetView(auth_views.PasswordResetView):
    """Asks for a mail to set a new password; says the same whether the e-mail is known or not."""

    template_name = "account/password_reset_form.html"
    form_class = ResetForm
    success_url = reverse_lazy("account:password_reset_done")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count before sending, so that nobody can be flooded with mail."""
        email = request.POST.get("email", "")
        by_email = count_attempt("reset-email", email, window=RESET_WINDOW)
        by_address = count_attempt("reset-address", network_address(request), window=RESET_WINDOW)
        if by_email > RESETS_PER_EMAIL or by_address > RESETS_PER_ADDRESS:
            return too_many(request, window=RESET_WINDOW)
        return super().post(request, *args, **kwargs)


@require_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """Send people where they work after signing in: the forum, the desk, or the front page."""
    if request.user.is_authenticated and is_member(standing_of(request.user)):
        return redirect("workspace:home")
    if request.user.is_authenticated and standing_of(request.user).may_enter_admin:
        return redirect("wagtailadmin_home")
    return redirect(f"/{get_language()}/")
