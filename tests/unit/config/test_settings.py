"""The list of settings."""

from interop.config.kinds import KINDS
from interop.config.settings import SETTINGS


def test_every_setting_has_a_sentence():
    assert all(setting.help.endswith(".") for setting in SETTINGS)
    assert len({(s.section, s.name) for s in SETTINGS}) == len(SETTINGS)


def test_every_setting_is_of_a_known_kind():
    assert all(setting.kind.removesuffix("?") in KINDS for setting in SETTINGS)
