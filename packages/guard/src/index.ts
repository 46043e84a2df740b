export { createGuard } from './guard.ts';
export { GuardError } from './types.ts';
export type { CheckOptions, CheckResult, Completion, Guard, GuardOptions, Log, Pass, Unavailable } from './types.ts';
