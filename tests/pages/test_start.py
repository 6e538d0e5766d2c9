"""What starting costs: the grammar that no notebook asks for is not built, and stays there for who asks."""

import subprocess
import sys

SCRIPT = """
import sys
import analysis.pages
assert "nbformat" in sys.modules
assert "lark" not in sys.modules
import rfc3987_syntax
assert rfc3987_syntax.is_valid_syntax("iri", "https://contoh.id")
"""


def test_pages_start_without_building_a_grammar_of_web_addresses():
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=60)
