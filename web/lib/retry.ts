import { isTransient, type Failure, type Result } from '@sunbeon/client';

export { retrying, type Retry } from '@sunbeon/client';

/** No answer, or a token unknown to this instance, which the next may know during a key rotation: what was asked for may have happened. */
export const isUnknown = (failure: Failure): boolean => isTransient(failure) || failure.code === 'invalid_token';

/** True for a success and for a refusal that is final: the next request is another intent. */
export const isAnswered = (answer: Result<unknown>): boolean => answer.ok || !isUnknown(answer.failure);
