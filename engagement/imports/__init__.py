"""Files that come home: a log in Excel, CSV or Word, read, compared with what stands here, shown, and then written.

reading   bytes → ReadFile     what the file says, every cell of it or named as unread; knows no database
          child, __main__      the same in a process of its own, which is what views call
          read_xlsx, read_csv, read_docx → lines → logs       cells as they stand → tables under known titles
          wording                                             by which words titles, totals, "as above" are known
(matching, comparing, writing follow: rows → what they would change → one batch)
"""
