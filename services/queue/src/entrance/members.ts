import type { EntranceChecks } from './entrance.ts';

/** Member tokens, checked by the settings of the sale. */
export const memberChecks = (): Pick<EntranceChecks, 'member' | 'forget'> => ({
  member: async () => ({ memberFault: 'invalid_member' }),
  forget: () => {},
});
