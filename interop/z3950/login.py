"""Who an origin says it is: idAuthentication of Init, Z39.50-1995 section 3.2.1.1.4.

A user or nobody in particular; what a user may do is for ``interop.model.access`` to say.
"""

from interop.diagnostics import Diagnostic
from interop.model.logins import Logins, TooSoon
from interop.z3950.apdu import Anonymous, IdPass
from interop.z3950.common import External

Authentication = str | IdPass | Anonymous | External | None


def authenticated(
    authentication: Authentication, logins: Logins, address: str = "", now: float = 0.0
) -> str | None:
    """Name of the user; ``None`` for an origin that names none.

    Where every database is open nothing is checked: clients keep old passwords in their settings,
    and there is nothing that a wrong one could hide. Raises ``Diagnostic`` ``login_refused``, which
    says neither whether the user is known nor what was tried, and ``login_too_soon`` where too many
    were tried before (``interop.model.logins``).
    """
    if not logins.rights or authentication is None or isinstance(authentication, Anonymous):
        return None
    if isinstance(authentication, IdPass):
        tried = [(authentication.user_id or "", authentication.password or "")]
        if tried == [("", "")]:  # the group alone, or an empty form
            return None
    elif isinstance(authentication, str):
        if not authentication.strip("/ "):
            return None
        tried = _open(authentication)
    else:
        tried = []  # Kerberos and the like: nobody that we could know
    try:
        user = logins.authenticate(tried, address, now)
    except TooSoon as error:
        raise Diagnostic("login_too_soon", str(error)) from None
    if user is None:
        raise Diagnostic("login_refused")
    return user


def _open(text: str) -> list[tuple[str, str]]:
    """``user/password`` or ``group/user/password``. A password may have strokes too, so the
    shorter reading goes first.
    """
    first, _, rest = text.partition("/")
    second, stroke, password = rest.partition("/")
    return [(first, rest), (second, password)] if stroke else [(first, rest)]
