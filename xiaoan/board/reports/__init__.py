"""Reports: workbooks and printed pages made from the boards' queries."""
