"""Rights: open without a row, addresses, users, the row for all, mapped addresses."""

from ipaddress import ip_network

from interop.model.access import Access, Rights, User

RIGHTS = Rights(
    [
        Access("vn-qti", (ip_network("10.1.0.0/16"), ip_network("2001:db8::/32")), ("hue",)),
        Access("*", (), ("nlv",)),
        Access("union", (ip_network("0.0.0.0/0"), ip_network("::/0"))),
    ],
    [User("hue", "mật khẩu"), User("nlv", "x")],
)


def test_a_database_without_a_row_is_open():
    assert Rights().allows("vn-qti", "192.0.2.1")
    assert not Rights() and RIGHTS


def test_an_address_or_a_user_of_the_row_is_let_in():
    assert RIGHTS.allows("vn-qti", "10.1.2.3")
    assert RIGHTS.allows("vn-qti", "::ffff:10.1.2.3")
    assert RIGHTS.allows("vn-qti", "2001:db8::7%eth0")
    assert RIGHTS.allows("vn-qti", "192.0.2.1", "hue")
    assert not RIGHTS.allows("vn-qti", "192.0.2.1")
    assert not RIGHTS.allows("vn-qti", "192.0.2.1", "nlv")
    assert not RIGHTS.allows("vn-qti", "nowhere")


def test_the_row_for_all_is_for_those_without_their_own():
    assert RIGHTS.allows("vn-cma", "10.1.2.3", "nlv")
    assert not RIGHTS.allows("vn-cma", "10.1.2.3")
    assert RIGHTS.allows("union", "192.0.2.1")


def test_passwords():
    assert RIGHTS.authenticate("hue", "mật khẩu")
    assert not RIGHTS.authenticate("hue", "Mật khẩu")
    assert not RIGHTS.authenticate("nobody", "")
    assert not RIGHTS.authenticate("hue", "\udcff")
    assert "mật" not in repr(User("hue", "mật khẩu"))
