export { newKey } from '@sunbeon/client';
