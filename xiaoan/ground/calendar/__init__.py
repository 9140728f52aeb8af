"""School time: terms per county, holidays and make-up days, and the periods in which duties fall."""
