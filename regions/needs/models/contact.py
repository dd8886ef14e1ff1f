"""Who reported a need: apart from it, and erasable. Secret links."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.secret_links import fresh_secret, hash_of

from .choices import TokenPurpose
from .need import Need

#: How long links last; a receipt lasts until the contact is erased.
LIFETIME = {TokenPurpose.CONFIRM: timedelta(days=90), TokenPurpose.RECEIPT: None}


class NeedContact(models.Model):
    """Where a need is answered. Outside search, exports, revisions, logs and snapshots."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="contact")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("contact of a need")
        verbose_name_plural = _("contacts of needs")

    def __str__(self) -> str:
        return f"contact of {self.need_id}"


class NeedTokenQuerySet(models.QuerySet):
    """Verbs for secret links."""

    def matching(self, secret: str, purpose: str) -> Self:
        """Keep the link whose secret this is, used or not, expired or not."""
        return self.filter(token_hash=hash_of(secret), purpose=purpose)

    def valid(self) -> Self:
        """Keep those that have not expired."""
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=timezone.now())
        )


class NeedToken(models.Model):
    """A secret link to a need, minted when a mail goes out; only its hash is kept."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="tokens")
    purpose = models.CharField(max_length=10, choices=TokenPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = NeedTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("secret link")
        verbose_name_plural = _("secret links")

    def __str__(self) -> str:
        return f"{self.purpose} of {self.need_id}"

    @property
    def is_over(self) -> bool:
        """Whether the link has expired."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @classmethod
    def mint(cls, need: Need, purpose: str) -> str:
        """Make a link and return its secret, which is stored nowhere."""
        secret = fresh_secret()
        lifetime = LIFETIME[TokenPurpose(purpose)]
        cls.objects.create(
            need=need,
            purpose=purpose,
            token_hash=hash_of(secret),
            expires_at=timezone.now() + lifetime if lifetime else None,
        )
        return secret
