/** Limits of operators' calls and logs, and of what is forgotten in the background; apart from `limits`, which visitors' pages load. Scripts take both as `limits.<name>`. */
export const operatorLimits = {
  /** Entries that an audit log keeps, and their age, ms (400 days). `AUDIT_LOG_ENTRIES` and `AUDIT_LOG_DAYS` replace them. */
  auditLogEntries: 10_000,
  auditLogMs: 34_560_000_000,
  /** Entries of one answer of an audit log: maximum, and default of `?limit=`; and entries that one read looks at. */
  auditLogPerPage: 500,
  auditLogPerPageDefault: 200,
  /** A session of the console ends after this time, ms (12 hours), whatever is done in it. */
  operatorSessionMs: 43_200_000,
  /** Sessions of one operator: one more ends the oldest. */
  sessionsPerOperator: 32,
  /** Wrong tokens of operators are counted for this long, ms, for so many addresses; one more, and all are counted anew. */
  wrongTokensMs: 60_000,
  wrongTokenAddresses: 10_000,
  /** Characters of an operator's token that is pasted. */
  operatorTokenCharacters: 1_024,
  /** Rehearsals of an installation that are not deleted yet. */
  rehearsalsAtOnce: 3,
  /** Passes whose redemptions a tick, and a redemption, forgets once they are replayed no more. The largest, with 20 long addresses, takes Redis 0.4 ms. */
  replaysPerTick: 20,
  replaysPerRedemption: 2,
} as const;
