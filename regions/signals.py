"""What follows from a change of rows, at once."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from .memberships import sync_groups
from .models import Membership, User


@receiver([post_save, post_delete], sender=Membership)
def membership_changed(instance: Membership, **kwargs: object) -> None:
    """Derive the person's groups anew."""
    if user := User.objects.filter(pk=instance.user_id).first():
        sync_groups(user)


@receiver(post_save, sender=User)
def person_changed(instance: User, raw: bool = False, **kwargs: object) -> None:
    """Show the admin in the person's language, and take groups from those who left."""
    if raw:
        return
    profile = UserProfile.get_for_user(instance)
    if profile.preferred_language != instance.language:
        profile.preferred_language = instance.language
        profile.save(update_fields=["preferred_language"])
    if not instance.is_active:
        sync_groups(instance)


@receiver(post_save, sender=UserProfile)
def profile_changed(instance: UserProfile, raw: bool = False, **kwargs: object) -> None:
    """Keep the language that a person chose on the admin's account page."""
    code = instance.preferred_language
    if not raw and code and instance.user.language != code:
        User.objects.filter(pk=instance.user_id).update(language=code)
