/** Client of a Sunbeon API, for browsers and Node. */
export { backoffLimits, backoffMs } from './backoff.ts';
export { createClient, type Client, type ClientOptions, type JoinOptions, type KeyedOptions, type PageOptions } from './client.ts';
export * from './contracts.ts';
export { followPlace, liveProtocolsOf, liveUrlOf, visitorAfter, type FollowHandlers } from './follow.ts';
export { newKey } from './key.ts';
export {
  openLive,
  type Connection,
  type Live,
  type LiveOptions,
  type PollResult,
  type WebSocketConstructor,
  type WebSocketLike,
} from './live.ts';
export { payloadOf, solveChallenge, tryCounters, type CounterRange, type Solution, type Solve, type SolveOptions } from './proof.ts';
export type { CallOptions, RequestOptions } from './request.ts';
export { isTransient, type Failure, type NetworkFailure, type RefusedFailure, type Result } from './result.ts';
export { retrying, type Retry } from './retry.ts';
