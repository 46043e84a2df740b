import { nextGuard } from '@sunbeon/guard/next';
import { shopGuard } from './guard.js';

/** In front of every page and route. */
export const proxy = nextGuard(shopGuard);
