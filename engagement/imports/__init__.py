"""Files that come home: a log in Excel, CSV or Word, read, compared with what stands here, shown, and then written.

reading    bytes → ReadFile      what the file says, every cell of it or named as unread; knows no database
           child, __main__       the same in a process of its own, which is what views call
           read_xlsx, read_csv, read_docx → lines → logs      cells as they stand → tables under known titles
           wording               by which words titles, totals, "as above" are known
packing    ReadFile ↔ JSON       how it waits in the database for its confirmation
headers                          which column holds what, as recognised or as a person says
days, words                      what cells mean: dates with a precision; choices, actions, clusters, mandates
drafts     rows → Draft          what each row wants an engagement to be, or its faults
comparing  Draft → Line          new, changed, unchanged, conflict, faulty; read in bulk, through the gate
outcome                          all lines of a file, signed, and which of them are to be written
showing, marked                  the outcome on pages; the same rows with their faults in red

`services/imports.py` keeps a file, writes its lines as one batch, and undoes it.
"""
