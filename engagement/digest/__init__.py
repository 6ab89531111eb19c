"""Mails that tell people what changed of what they follow: at once when urgent, else once a week.

    rules.py    what of an item is news within a span, and whether it is urgent: pure functions
    record.py   the items and their changes, read once for all people                     →  Entry
    windows.py  when whose week ends; from when to when her next mail tells
    words.py    an item as a mail says it                                                 →  Line
    edition.py  the mails of one run: what each tells, as it stands when it leaves        →  Content

`services.digests` writes the mails down; `mail.deliver` sends them, as all others. Which item concerns whom is asked
of `engagement.following`, and of nothing else.
"""
