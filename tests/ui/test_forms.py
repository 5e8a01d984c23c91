"""Forms made from declarations."""

from enum import Enum
from typing import Annotated

import pytest
from msgspec import Meta, Struct
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
)

from thebot_desktop.alerts.alert_config import AlertConfig, QuietHours, SoundChoice
from thebot_desktop.app.settings import ChartConfig, Settings
from thebot_desktop.app.texts import Lines, LongText
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.forms import Form, can_edit, number_of, problem_of, rows_of, split_list


class Mood(Enum):
    CALM = "calm"
    WILD = "wild"


class Sample(Struct, frozen=True):
    flag: Annotated[bool, Meta(title="Flag", description="On or off.")] = True
    count: Annotated[int, Meta(ge=1, le=9, title="Count")] = 3
    ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    name: Annotated[str, Meta(title="Name", pattern=r"^[a-z]*$")] = "abc"
    mood: Mood = Mood.CALM
    words: tuple[str, ...] = ("one", "two")
    limit: Annotated[Annotated[float, Meta(gt=0)] | None, Meta(title="Limit")] = None


@pytest.fixture
def form(qtbot):
    made = Form(Sample())
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_type_has_its_editor(form):
    """A check box for yes and no, a list for a choice, a field for words."""
    kinds = {name: type(form.field(name).editor) for name in Sample.__struct_fields__}
    assert kinds == {
        "flag": QCheckBox,
        "count": QSpinBox,
        "ratio": QDoubleSpinBox,
        "name": QLineEdit,
        "mood": QComboBox,
        "words": QPlainTextEdit,
        "limit": QLineEdit,
    }


def test_an_untouched_form_gives_the_value_back(form):
    """Nothing is lost or rounded."""
    assert form.value == Sample()
    other = Sample(False, 7, 0.25, "xyz", Mood.WILD, ("a", "RSI(14)", "MACD(12,26,9)"), 2.5)
    form.set_value(other)
    assert form.value == other


def test_edits_are_in_the_value_and_told(form, qtbot):
    """At once."""
    with qtbot.waitSignal(form.edited):
        form.field("count").editor.setValue(5)
    form.field("mood").editor.setCurrentIndex(1)
    form.field("words").editor.setPlainText("x, y\nz,")
    form.field("limit").editor.setText("1.5")
    value = form.value
    assert (value.count, value.mood, value.words) == (5, Mood.WILD, ("x", "y", "z"))
    assert value.limit == 1.5


def test_what_is_wrong_is_said_beside_the_field(form):
    """In a sentence; there is no value until it is right."""
    form.field("name").editor.setText("ABC")
    assert form.value is None
    assert form.problems == {"name": "This does not have the form that is needed."}
    form.field("limit").editor.setText("many")
    assert form.problems["limit"] == "This is not a number."
    form.field("limit").editor.setText("-1")
    assert form.problems["limit"] == "Must be at least 0."
    form.field("name").editor.setText("abc")
    form.field("limit").editor.setText("")
    assert form.problems == {}
    assert form.value == Sample()


def test_numbers_cannot_leave_their_range(form):
    """The field itself does not go there."""
    box = form.field("count").editor
    box.setValue(500)
    assert box.value() == 9


def test_editors_are_named_for_screen_readers(form):
    """By title and description."""
    editor = form.field("flag").editor
    assert editor.accessibleName() == "Flag"
    assert editor.accessibleDescription() == "On or off."


def test_every_setting_can_be_shown(qtbot):
    """Each section of the settings becomes a form that gives it back unchanged."""
    settings = Settings()
    for section in rows_of(Settings):
        value = getattr(settings, section.name)
        for row in rows_of(type(value)):
            assert can_edit(row.kind), (section.name, row.name)
            assert row.title
        form = Form(value)
        qtbot.addWidget(form)
        assert form.problems == {}
        assert form.value == value


def test_indicators_in_a_list_keep_their_commas():
    """Those within brackets do not divide."""
    assert split_list("RSI(14), MACD(12,26,9),\nEMA(20)") == ["RSI(14)", "MACD(12,26,9)", "EMA(20)"]
    assert split_list(" , ") == []


def test_numbers_are_understood_as_people_write_them():
    """With groups or without."""
    assert number_of("70,400.5") == 70400.5
    assert number_of("70400.5") == 70400.5
    with pytest.raises(ValueError, match="not a number"):
        number_of("seventy")


@pytest.mark.parametrize(
    ("meta", "sentence"),
    [
        (Meta(ge=1, le=9), "Must be between 1 and 9."),
        (Meta(ge=1), "Must be at least 1."),
        (Meta(le=9), "Must be at most 9."),
        (Meta(), "This value is not possible here."),
    ],
)
def test_refusals_are_sentences(meta, sentence):
    """Made from what is declared."""
    assert problem_of(meta) == sentence


def test_intervals_are_offered_by_their_short_names(qtbot):
    """As the exchange and the tool bar write them."""

    class Wanted(Struct, frozen=True):
        interval: Interval = Interval.M15

    form = Form(Wanted())
    qtbot.addWidget(form)
    box = form.field("interval").editor
    assert box.currentText() == "15m"
    assert box.count() == len(Interval)


def test_a_time_zone_is_checked_against_those_that_exist(qtbot):
    """With what may be meant; places are offered while one types."""
    form = Form(ChartConfig())
    qtbot.addWidget(form)
    line = form.field("zone").editor
    line.setText("Berlin")
    assert "Did you mean Europe/Berlin?" in form.problems["zone"]
    assert form.value is None
    line.setText("Europe/Berlin")
    assert form.problems == {}
    assert form.value.zone == "Europe/Berlin"
    line.completer().setCompletionPrefix("howe")
    assert line.completer().currentCompletion() == "Australia/Lord_Howe"


def test_how_alerts_are_told_has_editors_of_its_own(qtbot):
    """Sounds to try, hours with days, and boxes for a few choices; what is typed comes back."""
    config = AlertConfig(
        quiet_hours=QuietHours("22:00-07:00 sat sun"),
        sound_sell=SoundChoice("none"),
        spoken=(AlertType.SELL,),
    )
    form = Form(config)
    qtbot.addWidget(form)
    assert form.value == config
    form.field("quiet_hours").edit.tick.click()
    form.field("sound_buy").edit.box.setCurrentIndex(3)
    form.field("spoken").boxes[AlertType.BUY].click()
    assert form.value == AlertConfig(
        sound_buy=SoundChoice("info"),
        sound_sell=SoundChoice("none"),
        spoken=(AlertType.BUY, AlertType.SELL),
    )


def test_a_sound_is_tried_at_the_volume_that_is_typed(qtbot):
    """Not at that in force."""
    form = Form(AlertConfig(volume=70))
    qtbot.addWidget(form)
    form.field("volume").write(25)
    assert form.field("sound_buy").edit.volume() == 25


def test_a_sound_file_that_is_gone_and_hours_without_a_day_are_refused(qtbot, tmp_path):
    """In a sentence below the field."""
    gone = tmp_path / "gone.wav"
    form = Form(AlertConfig(sound_buy=SoundChoice(str(gone))))
    qtbot.addWidget(form)
    hours = form.field("quiet_hours").edit
    hours.tick.click()
    for day in hours.days:
        day.click()
    assert form.value is None
    assert form.problems == {
        "sound_buy": f"There is no file {gone}.",
        "quiet_hours": "Choose at least one day.",
    }


def test_what_the_system_cannot_do_says_why(qtbot):
    """In place of what it would do."""
    form = Form(AlertConfig())
    qtbot.addWidget(form)
    form.make_unavailable("spoken", "No voice here.")
    assert not form.field("spoken").isEnabled()
    assert form.field("spoken").editor.accessibleDescription() == "No voice here."
    assert form.value == AlertConfig()


class Texts(Struct, frozen=True):
    long: Annotated[LongText, Meta(title="Long", min_length=1)] = LongText("a\nb")
    lines: Annotated[Lines, Meta(title="Lines", max_length=3)] = Lines(("a,b", " c"))
    name: Annotated[str, Meta(title="Name", pattern="^[a-z]+$")] = "x"


def test_texts_of_several_lines_keep_what_is_in_them(qtbot):
    """Commas and spaces too; empty lines at the end are none."""
    form = Form(Texts())
    qtbot.addWidget(form)
    assert can_edit(LongText)
    assert can_edit(Lines)
    assert form.value == Texts()
    form.field("long").editor.setPlainText('{\n "a": 1\n}\n')
    form.field("lines").editor.setPlainText("one\n\ntwo, three\n\n")
    assert form.value == Texts(LongText('{\n "a": 1\n}\n'), Lines(("one", "", "two, three")))
    form.field("lines").editor.setPlainText("1\n2\n3\n4")
    assert form.problems == {"lines": "This value is not possible here."}


def test_what_is_needed_and_missing_is_told_from_what_is_wrong(qtbot):
    """An empty field is no mistake yet."""
    form = Form(Texts(LongText("")))
    qtbot.addWidget(form)
    assert form.problems == {"long": "Something is needed here."}
    form.field("name").editor.setText("X")
    assert form.problems["name"] == "This does not have the form that is needed."
    form.field("name").editor.clear()
    assert form.problems["name"] == "Something is needed here."
