"""What patients may read of the treatment, and which words the clinic stands by: rows are only added."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

STANDS = "Words that were read stand: a change is a new version."
TABLES = ("treatments_leaflet", "treatments_leafletreview")


class Migration(migrations.Migration):
    dependencies = (
        ("treatments", "0024_what_a_plan_was_put_in_use_on_stands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Leaflet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=40, verbose_name="address")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("hi", "हिन्दी"), ("gu", "ગુજરાતી")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("document", models.JSONField(verbose_name="words")),
                ("words_hash", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField(verbose_name="since")),
            ],
            options={
                "verbose_name": "leaflet",
                "verbose_name_plural": "leaflets",
                "ordering": ("slug", "-version", "language"),
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "version", "language"), name="leaflet_once_a_version"),
                    models.CheckConstraint(
                        condition=models.Q(("words_hash__regex", "^[0-9a-f]{64}$")), name="leaflet_names_its_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeafletReview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("confirmed_at", models.DateTimeField(verbose_name="confirmed")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "leaflet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="treatments.leaflet",
                    ),
                ),
            ],
            options={"verbose_name": "confirmed leaflet", "verbose_name_plural": "confirmed leaflets"},
        ),
        LeaveRights(TABLES),
        *(both_ways(append_only(table, because=STANDS)) for table in TABLES),
    )
