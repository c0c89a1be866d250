"""Every form of idAuthentication against known users."""

import pytest

from interop.diagnostics import Diagnostic
from interop.model.access import Access, Rights, User
from interop.model.logins import Logins, Policy
from interop.z3950.apdu import Anonymous, IdPass
from interop.z3950.common import External
from interop.z3950.login import authenticated

RIGHTS = Rights([Access("union", (), ("huế", "nlv"))], [User("huế", "bí/mật"), User("nlv", "x")])


@pytest.mark.parametrize(
    ("authentication", "user"),
    [
        (None, None),
        (Anonymous(), None),
        ("", None),
        ("//", None),
        (IdPass(), None),
        (IdPass(group_id="readers"), None),
        (IdPass(user_id="", password=""), None),
        ("nlv/x", "nlv"),
        ("readers/nlv/x", "nlv"),
        ("huế/bí/mật", "huế"),
        ("readers/huế/bí/mật", "huế"),
        (IdPass(user_id="nlv", password="x"), "nlv"),
        (IdPass(group_id="readers", user_id="huế", password="bí/mật"), "huế"),
    ],
)
def test_users_and_nobody(authentication, user):
    assert authenticated(authentication, Logins(RIGHTS)) == user


@pytest.mark.parametrize(
    "authentication",
    [
        "nlv",
        "nlv/",
        "nlv/y",
        "nlv/x/",
        "x/nlv",
        "nobody/x",
        "readers/nlv/y",
        "huế/bí",
        IdPass(user_id="nlv"),
        IdPass(password="x"),
        IdPass(user_id="nlv", password="X"),
        IdPass(user_id="huế", password="x"),
        IdPass(group_id="nlv", password="x"),
        External(octets=b"nlv/x"),
    ],
)
def test_refused_without_a_word_on_what_was_tried(authentication):
    with pytest.raises(Diagnostic) as refused:
        authenticated(authentication, Logins(RIGHTS))
    assert (refused.value.condition.bib1, refused.value.details) == (1011, "")


@pytest.mark.parametrize("authentication", ["nlv/y", IdPass(user_id="who"), External(octets=b"")])
def test_nothing_is_checked_where_everything_is_open(authentication):
    assert authenticated(authentication, Logins(Rights())) is None


def test_guesses_are_slowed_down():
    """1020 with the seconds, for a right password too; then it is heard again."""
    logins = Logins(RIGHTS, Policy(guesses=2))
    for _ in range(2):
        with pytest.raises(Diagnostic) as refused:
            authenticated("nlv/y", logins, "192.0.2.1", 0.0)
        assert refused.value.condition.bib1 == 1011
    with pytest.raises(Diagnostic) as refused:
        authenticated("nlv/x", logins, "192.0.2.1", 0.5)
    assert (refused.value.condition.bib1, refused.value.details) == (1020, "1 s")
    assert authenticated("nlv/x", logins, "192.0.2.2", 0.5) == "nlv"
    assert authenticated("nlv/x", logins, "192.0.2.1", 1.0) == "nlv"
