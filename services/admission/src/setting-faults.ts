import { isRehearsalId, returnEntryFault, shopOnly, type ChangeSale, type CreateSale, type Fault } from '@sunbeon/contracts';
import { CodedError } from '@sunbeon/runtime';
import { memberFaults } from './member-faults.ts';

const notOfGate = 'is not a setting of a gate';
const membersNeeded = 'is needed by identity: member';
const needed = 'is needed by a gate and by confirmBy: shop';
/** By the mark of a script: `name!gate`. */
const reasons: Record<string, string> = {
  gate: notOfGate,
  needed,
  members: membersNeeded,
  opening: 'is needed by a lobby',
  before: 'must be before opensAt',
  lobby: 'needs lobbyOpensAt',
  draw: 'needs a draw: lobbyOrder random',
};
const problemWith = (errors: Fault[]): CodedError => {
  const { path, detail } = errors[0]!;
  return new CodedError('invalid_request', detail.startsWith('closesAt') ? detail : `${path} ${detail}`, {}, errors);
};

/** The settings that a script refused, as a problem. `opensAt<>`: the times contradict each other, set or stored; `!gate`, `!needed`: see change-sale.lua. */
export const settingFaults = (names: readonly string[]): CodedError =>
  problemWith(
    names.map((name) => {
      if (name.endsWith('<>')) return { path: name.slice(0, -2), detail: 'closesAt must be after opensAt' };
      const [path, why] = name.split('!') as [string, string | undefined];
      return { path, detail: why === undefined ? 'is out of range' : reasons[why]! };
    }),
  );

const entryFaults = (returnUrls: readonly string[] | null | undefined): Fault[] =>
  (returnUrls ?? []).flatMap((text, i) => {
    const detail = returnEntryFault(text);
    return detail === null ? [] : [{ path: `/returnUrls/${i}`, detail }];
  });

/** Fixed offsets, which some versions of Node accept, are no IANA names; the schema refuses them. */
const zoneFaults = (timeZone: string | undefined): Fault[] => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [{ path: '/timeZone', detail: 'is not a known IANA time zone' }];
  }
};

/** Throws `invalid_request` for settings that no schema can judge: those of the wrong kind of sale, return addresses, and keys of members. */
export const checkNewSale = (sale: CreateSale): void => {
  const errors = [...entryFaults(sale.returnUrls), ...memberFaults(sale.members), ...zoneFaults(sale.timeZone)];
  if (isRehearsalId(sale.saleId)) errors.push({ path: '/saleId', detail: 'is an id of rehearsals' });
  if (sale.draft === true)
    for (const name of ['opensAt', 'lobbyOpensAt'] as const)
      if (sale[name] !== undefined) errors.push({ path: `/${name}`, detail: 'is not a setting of a draft' });
  if (sale.kind === 'gate') for (const name of shopOnly) if (sale[name] !== undefined) errors.push({ path: `/${name}`, detail: notOfGate });
  if (sale.kind !== 'gate' && sale.stock === undefined) errors.push({ path: '/stock', detail: 'is missing' });
  if (sale.returnUrls === undefined && (sale.kind === 'gate' || sale.confirmBy === 'shop'))
    errors.push({ path: '/returnUrls', detail: needed });
  if (sale.identity === 'member' && sale.members === undefined) errors.push({ path: '/members', detail: membersNeeded });
  if (errors.length > 0) throw problemWith(errors);
};

/** The same for a change, as far as the change alone tells; the script judges it against what is stored. */
export const checkChange = (change: ChangeSale): void => {
  const errors = [...entryFaults(change.returnUrls), ...memberFaults(change.members), ...zoneFaults(change.timeZone)];
  if (errors.length > 0) throw problemWith(errors);
};
