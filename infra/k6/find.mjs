// Finds k6 and checks its version: the scripts are TypeScript, which k6 reads since 0.57.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { which } from '../../tools/local/commands.mjs';

export const folder = fileURLToPath(new URL('.', import.meta.url));
/** The scripts by name, without shared modules. */
export const scripts = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !['lib.ts', 'live.ts'].includes(file))
  .map((file) => file.slice(0, -'.ts'.length));

/** Version of k6 used for the measured results. */
export const testedVersion = '1.8.1';
export const howToGet = `There is no k6 here. Any of these gives it:
  brew install k6                                         (macOS)
  go install go.k6.io/k6@v${testedVersion}                       (needs Go; then put $(go env GOPATH)/bin on PATH)
  docker compose --profile load run --rm k6 run smoke.ts  (beside the other containers; needs no k6)`;

/** Path of a k6 that reads TypeScript, or a sentence with the reason why there is none. */
export const findK6 = () => {
  const path = which('k6');
  if (!path) return { path: null, why: howToGet };
  const version = execFileSync(path, ['version'], { encoding: 'utf8' });
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) === 0 && Number(minor) < 57)
    return { path: null, why: `This k6 is too old for TypeScript: ${version.trim()}. ${howToGet.replace('There is no k6 here. ', '')}` };
  return { path, why: null, version: version.trim() };
};
