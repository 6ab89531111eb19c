"""Files that come home: a log in Excel, CSV or Word, read, compared with what stands here, shown, and then written.

reading   bytes → ReadFile     what the file says, every cell of it or named as unread; knows no database
(matching, comparing, writing follow: rows → what they would change → one batch)
"""
