export { backoffLimits, backoffMs } from '@sunbeon/client';
