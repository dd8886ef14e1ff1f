"""What follows from a change of rows, at once."""

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from .memberships import derive_groups
from .models import Membership, User


@receiver(pre_save, sender=Membership)
def membership_changes(instance: Membership, **kwargs: object) -> None:
    """Remember whose the membership was: a change can give it to another person."""
    before = Membership.objects.filter(pk=instance.pk).values_list("user_id", flat=True).first()
    instance.user_id_before = before


@receiver([post_save, post_delete], sender=Membership)
def membership_changed(instance: Membership, **kwargs: object) -> None:
    """Derive the groups anew of the person, and of the one whose it was."""
    people = {instance.user_id, getattr(instance, "user_id_before", None)}
    for user in User.objects.filter(pk__in=people - {None}).order_by("pk"):
        derive_groups(user)


@receiver(post_save, sender=User)
def person_changed(
    instance: User,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: object,
) -> None:
    """Show the admin in the person's language; those who leave lose groups, who return get them."""
    if raw:
        return
    if update_fields is None or "language" in update_fields:
        profile = UserProfile.get_for_user(instance)
        if profile.preferred_language != instance.language:
            profile.preferred_language = instance.language
            profile.save(update_fields=["preferred_language"])
    if update_fields is None or "is_active" in update_fields:
        derive_groups(instance)


@receiver(post_save, sender=UserProfile)
def profile_changed(instance: UserProfile, raw: bool = False, **kwargs: object) -> None:
    """Keep the language that a person chose on the admin's account page."""
    code = instance.preferred_language
    if not raw and code and instance.user.language != code:
        User.objects.filter(pk=instance.user_id).update(language=code)
