"""What the oracles over all pages share: every address, with every row and parameter; everything an answer says."""
