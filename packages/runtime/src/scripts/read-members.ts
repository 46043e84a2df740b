import type { Members } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '../script.ts';

/** How the members of a sale are known. */
export interface MemberSettings {
  /** Of the sale, as stored: another one after each change. */
  version: string;
  /** Whether places of the sale belong to members. */
  isForMembers: boolean;
  /** Null without any, and for a text that cannot be read. */
  members: Members | null;
}

const membersOf = (json: string): Members | null => {
  try {
    const members: unknown = JSON.parse(json);
    return typeof members === 'object' ? (members as Members | null) : null;
  } catch {
    return null;
  }
};

export const readMembers = defineScript<null, ({ outcome: 'read' } & MemberSettings) | NoSale>({
  name: 'runtime/read-members',
  url: new URL('./read-members.lua', import.meta.url),
  keys: ['sale'],
  arguments: () => [],
  decode: (reply) => {
    const [version, identity, members] = reply as string[];
    if (version === undefined) return { outcome: 'no_sale' };
    return { outcome: 'read', version, isForMembers: identity === 'member', members: membersOf(members!) };
  },
});
