import type { GuardOptions } from '@sunbeon/guard';
import type { Express } from 'express';

export const createShop: (settings: GuardOptions) => Express;
