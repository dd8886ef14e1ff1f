from django.db import migrations


class Migration(migrations.Migration):
    """Few pages are another's alias, and each publish asks for them.

    Once SQLite has counted its tables it takes Wagtail's index for one that tells nothing apart,
    as almost all pages have the same value, none, and looks through every page instead.
    """

    dependencies = [
        ("catalogue", "0005_answers_needs"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX catalogue_aliases_of_a_page ON wagtailcore_page (alias_of_id) "
            "WHERE alias_of_id IS NOT NULL",
            "DROP INDEX catalogue_aliases_of_a_page",
        ),
    ]
