export { retrying, type Retry } from '@sunbeon/client';
