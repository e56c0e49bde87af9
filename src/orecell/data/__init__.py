"""Cases: the tables, their schema and checks, scenarios, sources and recipes."""
