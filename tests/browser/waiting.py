"""What the browser tests ask with: `expect(…)` waits for what a page must show, `expect_answer` for what it keeps.

A press on a link or button returns before the next page stands; a plain `assert page.….is_visible()` may still look at
the page before. Where playwright is missing, importing this skips the module of tests, with the reason.
"""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def expect_answer(page, script, answer, *, timeout=5_000):
    """Wait until this script, asked of the page again and again, gives `answer`; AssertionError after milliseconds.

    Not Playwright's `wait_for_function`: from its second look on it is the page that evaluates the script, which our
    content security policy refuses.
    """
    for _look in range(timeout // 50):
        if (given := page.evaluate(script)) == answer:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{script} gives {given!r} and not {answer!r}")
