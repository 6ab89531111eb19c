"""What the browser tests ask with: `expect(…)` waits for what a page must show.

A press on a link or button returns before the next page stands; a plain `assert page.….is_visible()` may still look at
the page before. Where playwright is missing, importing this skips the module of tests, with the reason.
"""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
