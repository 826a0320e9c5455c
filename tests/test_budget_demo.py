"""The sample's projects and rounds: made by the verbs of officers, published, and true to their files."""

import json

import pytest
from django.core.management import call_command

from budget import archive
from budget.models import Delivery, Project, Round
from mapping.exchange import demo
from tests.conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(installed_rows, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown"}
    demo.load(1500, within="58")
    call_command("load_sample_round")


def test_the_sample_shows_one_published_round_that_anyone_recomputes(sample, tmp_path):
    one = Round.objects.get(phase="published")
    assert Project.objects.filter(office=one.office, first_year=2571).count() > 20
    published = client_of().get("/api/v1/rounds").json()["results"]
    assert [row["id"] for row in published] == [str(one.pk)]
    results = json.loads(b"".join(client_of().get(f"/api/v1/rounds/{one.pk}/results")))
    funded = [row for row in results["projects"] if row["funded"]]
    left = [row for row in results["projects"] if not row["funded"]]
    assert funded
    assert left, "some are not funded"
    assert all(row["sentence_th"] and row["sentence_en"] for row in funded + left)
    file = tmp_path / "round.zip"
    file.write_bytes(b"".join(client_of().get(f"/api/v1/rounds/{one.pk}.zip")))
    assert archive.main([str(file)]) == 0


def test_it_is_made_once_and_the_draft_of_a_local_office_stays_its_own(sample):
    before = (Round.objects.count(), Project.objects.count(), Delivery.objects.count())
    call_command("load_sample_round")
    assert (Round.objects.count(), Project.objects.count(), Delivery.objects.count()) == before
    draft = Round.objects.get(phase="draft")
    assert client_of().get(f"/api/v1/rounds/{draft.pk}").status_code == 404


def test_every_project_of_the_sample_is_open_to_anyone_with_its_needs(sample):
    told = client_of().get("/api/v1/projects").json()["results"]
    assert told
    assert all(project["needs"] and project["villages"] for project in told)
