import { returnLimits } from './return-limits.ts';

/** Every limit that two parts share, with its unit and its reason. */
export const limits = {
  /**
   * Joins, places, claims or purchases in one internal request and one script call; keeps a script below ~3 ms. Larger batches cost each call no less
   * and lengthen the mutual waits of gateway, service and Redis: with 256, a gateway carried a fifth fewer joins and places.
   */
  batchItems: 128,
  /** Visitors admitted by one script call. With 500, at 5,000 a second, most calls took below 3 ms, some 5.6, and one 12 (limit per tick: 10). */
  admitBatchVisitors: 250,
  /** Admission scripts of one tick: 20 × 250 visitors carry 5,000 a second, the rest is capacity to catch up. */
  admitBatchesPerTick: 24,
  /** Visitors or holds ended by one script call. */
  expireBatchItems: 250,
  /** Calls of the expire script in one tick. */
  expireBatchesPerTick: 20,
  /** Entries that a sale's stream keeps (approximately); a gateway further behind reloads its mirror. */
  streamEntries: 1_000_000,
  /** Body of a public request, bytes. */
  bodyBytes: 8_192,
  /** Body of an internal batch, bytes: `batchItems` of a token and a key each fit in a quarter of it. */
  internalBodyBytes: 1_048_576,
  /** Lease of a leader, ms: another instance ticks within 3 s of a crash. */
  leaseMs: 3_000,
  /** The tick of admission, ms. */
  tickMs: 1_000,
  /** Longest elapsed time that refills the bucket, ms: one lease, so that a fail-over costs no admissions and a clock jump adds no more. */
  refillMs: 3_000,
  /** Window of the moving average of the observed pace, seconds; longer for slow sales. */
  paceSeconds: 20,
  /** Rows of stats that one tick looks through for the wait of the visitor admitted last; a row more than a second old takes Redis about a microsecond. */
  samplesPerLook: 200,
  /** Age from which a passed deadline counts as overdue, ms: five ticks, in which a leader had to end it. */
  overdueMs: 5_000,
  /** Retention of a sale's samples, ms (an hour). */
  samplesMs: 3_600_000,
  /** Samples of one answer: an hour of one a second, plus those of early ticks. */
  samplesPerAnswer: 4_000,
  /** Interval of the rows that are kept of a whole sale, ms. */
  minuteMs: 60_000,
  /** Retention of these rows, ms (30 days). */
  minutesMs: 2_592_000_000,
  /** Validity of a gateway's report, ms: three report intervals. */
  reportFreshMs: 3_000,
  /** Longest title of a sale, characters. */
  titleCharacters: 120,
  /** Longest message to waiting visitors, characters. */
  messageCharacters: 500,
  /** Largest stock, and largest `activeLimit`. */
  stock: 10_000_000,
  /** Highest pace, visitors per second: capacity of one sale, `admitBatchVisitors` × `admitBatchesPerTick`. */
  admitPerSecond: 6_000,
  /** Lowest pace, visitors per second: one in three hours. Far smaller numbers leave no estimate that JSON can hold. */
  admitPerSecondMin: 0.0001,
  /** Times of a sale, ms UTC: 1999-12-31 to 2100-01-01, a day more than the years 2000 to 2099 because of offsets. */
  saleTimeMinMs: Date.UTC(1999, 11, 31),
  saleTimeMaxMs: Date.UTC(2100, 0, 2),
  activeLimit: 1_000_000,
  /** Longest claim window, session and hold, seconds (a day). */
  windowSeconds: 86_400,
  /** Most tickets one visitor may buy in one sale. */
  perVisitorLimit: 1_000,
  /** Refusals remembered for one stay; further keys are refused without a check, so that one visitor cannot fill the memory. */
  refusalsPerStay: 64,
  /** Holds of one stay, counted anew when the shop extends it: the answer of each is kept in memory. */
  holdsPerStay: 32,
  /** Idempotency keys, characters. */
  idempotencyKeyCharacters: 128,
  /** Sales of one answer: maximum, and default of `?limit=`. 500 are read in below 100 ms. */
  salesPerPage: 500,
  salesPerPageDefault: 100,
  ...returnLimits,
  /** Most extensions of one stay that a sale may allow. */
  maxExtensions: 20,
  /** Tickets of one stay: each keeps a hash in memory. */
  ticketsPerStay: 20,
  /** A ticket is good for this long, ms, and so is the answer of its redemption under an `Idempotency-Key`. */
  ticketMs: 60_000,
  /** `reference` of a completed stay, characters. */
  referenceCharacters: 128,
  /** `reference` of a confirmed hold, characters. */
  orderReferenceCharacters: 64,
  /** `reason` of a cancelled order, characters. */
  cancelReasonCharacters: 200,
  /** Orders of one answer: maximum, and default of `?limit=`; and orders that one script call looks at. */
  ordersPerPage: 500,
  ordersPerPageDefault: 100,
  ordersPerCall: 1_000,
  /** Planned changes of one sale; those that one script call does. */
  plannedChanges: 100,
  plannedPerCall: 10,
  /** Longest name of a time zone, characters. */
  timeZoneCharacters: 64,
  /** Orders that one script call finds by a word (reference, state): each is a look into the list, 20 to 40 µs in the middle of a million. */
  ordersFoundPerCall: 100,
  /** Entries of one page of a roster; part of the contract of the draw. */
  rosterPageEntries: 4_096,
  /** Seqs of one block of departures; part of the contract of the public line. */
  departuresBlockSeqs: 4_096,
  /** Visitors whose numbers one script call writes. In a lobby of a million 500 take Redis 2.5 ms (p99.9 4.8), and 1,000 take 5.0 (9.7; limit: 10). */
  drawPageVisitors: 500,
  /** Largest `proof`, `member` and `code` of a join, characters. All are ASCII where they are batched: 128 joins with the largest fit in `internalBodyBytes`. */
  proofCharacters: 1_024,
  memberCharacters: 2_048,
  codeCharacters: 64,
  /** Access codes made or brought by one call, and the bytes of its body: each code with its quotes and comma, as long as it may be. */
  codesPerCall: 10_000,
  codesBodyBytes: 720_896,
  /** Visitors of one code, and characters of its label. */
  codeUses: 1_000_000,
  codeLabelCharacters: 120,
  /** Codes written by one script call: 500 took Redis 4.3 ms (worst of 20: 11; limit: 10). */
  codesBatch: 200,
  /** Codes of one answer: maximum, and default of `?limit=`. */
  codesPerPage: 1_000,
  codesPerPageDefault: 200,
  /** A link to another device is good for this long, ms; links of one visitor, within this time, ms. */
  transferMs: 120_000,
  transfersPerWindow: 10,
  transferWindowMs: 3_600_000,
  /** Work that a sale may ask for, seconds of a middling phone. The longest takes one a minute (twice in a rush, twice the mean): half the time it is good for. */
  proofOfWorkSecondsMin: 0.1,
  proofOfWorkSeconds: 15,
  /** A challenge is good for this long, seconds. */
  proofSeconds: 120,
  /**
   * SHA-256 of a middling phone by the page's solver, all its workers together, per second. One worker of Chromium on a server core makes 2.7 million;
   * Lighthouse takes a mid-tier phone as four times slower; its two fast cores and the slow ones add up to about one and a half of it.
   */
  proofHashesPerSecond: 1_000_000,
  /** Levels of a rush, and the one that costs as much as the sale says: a quarter of it a level, twice it at most. */
  proofLevels: 8,
  proofLevelsOfFullCost: 4,
  /** Joins per second that are no rush in any sale. */
  proofCalmPerSecond: 10,
  /** Window of what a sale sees as normal, seconds; seconds that were a rush do not count. */
  proofNormalSeconds: 300,
  /** A level falls by one after this time below it, ms. */
  proofFallMs: 5_000,
  /** Seconds shorter than this are not counted yet, and after a longer pause counting starts anew, ms: a leader that was away saw no joins. */
  proofCountMs: 500,
  proofPauseMs: 10_000,
  /** A member token may be good for this long, seconds; clocks may differ by the tolerance. One of the gateway's login is good for `loginTokenSeconds`. */
  memberTokenSeconds: 600,
  memberToleranceSeconds: 5,
  loginTokenSeconds: 120,
  /** A login is to be done within this time, seconds. */
  loginSeconds: 600,
  /** `issuer` and `audience` of member tokens, characters; public keys of one shop. */
  issuerCharacters: 256,
  memberKeys: 16,
  /** An `Idempotency-Key` of a join gives its place again for this long, ms. */
  joinKeyMs: 60_000,
  /** A place belongs to its token for this long, days. */
  tokenDays: 30,
} as const;
