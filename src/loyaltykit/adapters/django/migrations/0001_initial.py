"""The four tables, with what finds statements and due documents."""

from __future__ import annotations

from django.db import migrations, models

from loyaltykit.adapters.django.fields import NameField


class Migration(migrations.Migration):
    """Make the tables of documents, receipts, entries and due moments."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Document",
            fields=(
                ("key", NameField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
                ("body", models.TextField(null=True)),
            ),
            options={"db_table": "loyaltykit_document"},
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=(
                ("operation", NameField(primary_key=True, serialize=False)),
                ("digest", NameField()),
                ("result", models.TextField()),
            ),
            options={"db_table": "loyaltykit_receipt"},
        ),
        migrations.CreateModel(
            name="Entry",
            fields=(
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "at", "operation", "line", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.BigIntegerField()),
                ("operation", NameField()),
                ("line", models.IntegerField()),
                ("account", NameField()),
                ("unit", NameField()),
                ("amount", models.BigIntegerField()),
                ("detail", models.TextField()),
            ),
            options={
                "db_table": "loyaltykit_entry",
                "indexes": [models.Index(fields=["account", "at"], name="loyaltykit_entry_of_account")],
            },
        ),
        migrations.CreateModel(
            name="Due",
            fields=(
                ("key", NameField(primary_key=True, serialize=False)),
                ("moment", models.BigIntegerField()),
            ),
            options={
                "db_table": "loyaltykit_due",
                "indexes": [models.Index(fields=["moment", "key"], name="loyaltykit_due_by_moment")],
            },
        ),
    )
