"""基层治理分析手册: a unit's month gathered once into a snapshot, and printed from that alone.

`gathering` reads the counts and freezes them; `sentences` and `suggestions` put them into words;
`paper` makes the document. What is printed depends on the snapshot and on nothing else, so the
same snapshot gives the same bytes, whatever is counted later.
"""
