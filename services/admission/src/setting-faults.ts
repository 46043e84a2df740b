import { CodedError } from '@sunbeon/runtime';

/** Settings refused by a script, as a problem. `opensAt<>`: the times contradict each other, set or stored. */
export const settingFaults = (names: readonly string[]): CodedError => {
  const errors = names.map((name) =>
    name.endsWith('<>') ? { path: name.slice(0, -2), detail: 'closesAt must be after opensAt' } : { path: name, detail: 'is out of range' },
  );
  return new CodedError(
    'invalid_request',
    errors.map(({ path, detail }) => (detail.startsWith('is') ? `${path} ${detail}` : detail))[0],
    {},
    errors,
  );
};
