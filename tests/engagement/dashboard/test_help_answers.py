"""A merchant writes the help page, in the languages of the shop."""

from django.urls import reverse

from engagement.guides.models import HelpAnswer

ADD = reverse("admin:guides_helpanswer_add")


def test_an_answer_is_written_hidden_and_shown(owner, store, in_store, client):
    form = {
        **owner.form,
        "position": "5",
        "is_draft": "on",
        "question_en": "Do you wrap gifts?",
        "answer_en": "Yes.",
    }
    answer = owner.post(ADD, form)
    assert answer.status_code == 302, answer.context["errors"]
    (row,) = HelpAnswer.objects.all()
    assert (row.question, row.position, row.is_draft) == ({"en": "Do you wrap gifts?"}, 5, True)
    page = f"/portal/{store.slug}/help/"
    assert "Do you wrap gifts?" not in client.get(page).text
    del form["is_draft"]
    change = reverse("admin:guides_helpanswer_change", args=[row.pk])
    assert owner.post(change, form).status_code == 302
    assert "Do you wrap gifts?" in client.get(page).text
    assert "Do you wrap gifts?" in owner.get(reverse("admin:guides_helpanswer_changelist")).text


def test_a_question_without_its_answer_is_refused(owner, store, in_store):
    form = {
        **owner.form,
        "position": "5",
        "question_en": "A?",
        "answer_en": "B.",
        "question_cs": "C?",
    }
    assert "other half" in str(owner.post(ADD, form).context["errors"])
    assert "one language" in str(owner.post(ADD, {**owner.form, "position": "5"}).context["errors"])
    assert not HelpAnswer.objects.exists()
