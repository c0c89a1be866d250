"""The bar for people, and who has to pay for it."""

import subprocess
import sys

from interop.progress import bar


def test_the_bar_says_how_far_it_is(capsys):
    with bar() as move:
        move(1, 4, "one of four")
        move(4, 4, "all of four")
    shown = capsys.readouterr()
    assert "all of four" in shown.err and "100%" in shown.err and not shown.out


def test_a_server_has_no_bar_in_memory():
    script = "import sys, interop.cli, interop.serve; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
