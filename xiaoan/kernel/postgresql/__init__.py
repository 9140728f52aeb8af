"""PostgreSQL as Django has it, with a pool that does not ask after a connection that has just answered."""
