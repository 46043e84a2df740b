/** Every bound of the guard, with its unit and reason. */
export const limits = {
  /** One call to Sunbeon, ms; a call is sent at most twice, with this pause between. */
  callMs: 1_000,
  callAttempts: 2,
  retryPauseMs: 100,
  /** What one request may wait for Sunbeon in all, ms: under the promised 3 s, so that a busy machine keeps it, too. */
  requestMs: 2_600,
  /** What a request that brings a ticket may wait for keys, ms: its redemption needs the rest. */
  keysBeforeTicketMs: 400,
  /** From one renewal of the keys to the next, ms; while they fail, ms. */
  renewMs: 300_000,
  renewFailingMs: 10_000,
  /** Renewals in a row without an answer after which Sunbeon counts as away. */
  renewalsUntilAway: 2,
  /** A key id that is not known is looked for at most once in this time, ms: a made-up one is free for whoever sends it. */
  lookMs: 30_000,
  /** Without a check for this long, ms, the timer stops: a guard that nobody uses any more ends with it. */
  idleMs: 900_000,
  /** After `exp` by the shop's clock, ms: clocks differ, and a request takes its time. */
  toleranceMs: 5_000,
  /** A pass of Sunbeon has about 500 characters, a ticket about 70. */
  passCharacters: 1_024,
  ticketCharacters: 128,
  /** Cookies of the name whose signature is checked in one request; a browser keeps one or two. */
  cookies: 32,
  /** Passes whose signature was found good lately, tickets that were refused lately, stays that ended here. */
  rememberedPasses: 10_000,
  refusedTickets: 10_000,
  endedStays: 100_000,
  /** Redemptions at the same time; above it a ticket gets 503, so that made-up ones cannot pile up calls. */
  redemptions: 256,
  /** Of one answer of Sunbeon. */
  answerBytes: 65_536,
  keys: 32,
  /** Sunbeon takes no longer return address, characters. */
  returnUrlCharacters: 2_048,
  /** After an answer 503, s. */
  retryAfterSeconds: 10,
  /** The same line of the log at most once in this time, ms. */
  logMs: 10_000,
  logTexts: 100,
} as const;
