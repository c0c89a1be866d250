"""What may stand more than once."""

import pytest

from interop.config import ConfigError, load
from tests.unit.config.test_reading import FULL, write

ACCESS = """
[[access]]
database = "VN-QTI"
networks = ["10.1.0.0/16"]
users = ["hue"]

[[access]]
database = "quang-tri"

[[user]]
name = "hue"
password_file = "PASSWORD"
"""


def test_rights_are_read(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("mật khẩu\n", encoding="utf-8")
    config = load(write(tmp_path, FULL + ACCESS.replace("PASSWORD", str(secret))), environ={})
    assert config.rights.allows("vn-qti", "10.1.0.9")
    assert not config.rights.allows("quang-tri", "10.1.0.9")
    assert config.rights.allows("union", "192.0.2.1")
    assert config.rights.authenticate("hue", "mật khẩu")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[[access]]\ndatabase = "vn-qt"', "vn-qti"),
        ('[[access]]\ndatabase = "union"\nusers = ["x"]', "no user has the name 'x'"),
        ('[[access]]\ndatabase = "union"\nnetworks = ["10.0.0.1/8"]', "host bits"),
        ('[[access]]\ndatabase = "union"\nnetworks = "10.0.0.0/8"', "list of texts"),
        ('[[access]]\ndatabase = "union"\n[[access]]\ndatabase = "Union"', "twice"),
        ('[[user]]\nname = "x"\npassword = 20200315', r"password: expected a text$"),
        ('[[user]]\nname = "x"', "either 'password' or 'password_file'"),
        ('[[user]]\nname = "x"\npassword_file = "/nowhere"', "cannot be read"),
        ('[[user]]\nname = "x"\npassword = "a"\n[[user]]\nname = "x"\npassword = "b"', "twice"),
    ],
)
def test_wrong_rights_are_one_line(tmp_path, text, what):
    with pytest.raises(ConfigError, match=what) as error:
        load(write(tmp_path, f"{FULL}\n{text}\n"), environ={})
    assert "interop.toml" in str(error.value) and "\n" not in str(error.value)


def test_a_password_has_no_place_in_an_address(tmp_path):
    """Addresses are logged and shown in provenance."""
    text = FULL.replace("https://koha", "https://hue:bimat@koha")
    with pytest.raises(ConfigError, match="no user or password") as error:
        load(write(tmp_path, text), environ={})
    assert "bimat" not in str(error.value)
