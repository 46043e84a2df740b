import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openDataFolder } from '../local/data-folder.mjs';
import { takeLock } from '../local/folder-lock.mjs';
import { createLogFile } from '../local/log-file.mjs';
import { beginningOf } from '../local/process-identity.mjs';
import { localSecrets } from '../local/secrets.mjs';

const made: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'sunbeon-start-'));
  made.push(path);
  return path;
};
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

const module = join(import.meta.dirname, '../local/folder-lock.mjs');
/** A process that says when it is up, tries to take the lock at the given moment, says whether it did, and stays until its stdin ends. */
const contender = (path: string) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { takeLock } from ${JSON.stringify(module)}; console.log('up'); process.stdin.on('data', (at) => { while (Date.now() < Number(at)); console.log(takeLock(${JSON.stringify(path)}).lock ? 'yes' : 'no'); }).on('end', () => process.exit(0));`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
const word = async (child: ReturnType<typeof contender>): Promise<string> => String((await once(child.stdout, 'data'))[0]).trim();

describe('the lock of a data folder', () => {
  it('is taken by exactly one of six at once, and again by exactly one after that one was killed', async () => {
    const path = join(folder(), 'lock');
    for (let round = 0; round < 2; round += 1) {
      const all = Array.from({ length: 6 }, () => contender(path));
      await Promise.all(all.map(word));
      const words = all.map(word);
      const at = Date.now() + 100;
      for (const child of all) child.stdin.write(String(at));
      expect((await Promise.all(words)).filter((text) => text === 'yes')).toHaveLength(1);
      await Promise.all(
        all.map(async (child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    }
  });

  it('names its holder also by way of a symlink, and is free after its release', async () => {
    const data = folder();
    const { lock } = await openDataFolder(data);
    const other = join(folder(), 'link');
    symlinkSync(data, other);
    await expect(openDataFolder(other)).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} on .*, since 20\\d\\d-.*--replace`, 's'),
    );
    lock.release();
    (await openDataFolder(other)).lock.release();
  });

  it('is not held by another process that got the id of a holder that ended', () => {
    const path = join(folder(), 'lock');
    mkdirSync(path);
    writeFileSync(join(path, '7.json'), JSON.stringify({ pid: process.pid, began: 'another time', host: hostname() }));
    const { lock, before } = takeLock(path);
    expect(lock).toBeDefined();
    expect(before).toMatchObject({ began: 'another time' });
    lock!.release();
  });

  it('of a holder on another machine is only taken with `force`', () => {
    const path = join(folder(), 'lock');
    mkdirSync(path);
    writeFileSync(join(path, '3.json'), JSON.stringify({ pid: 1, began: 'x', host: 'another-machine', since: '2026' }));
    expect(takeLock(path)).toMatchObject({ state: 'elsewhere', holder: { host: 'another-machine' } });
    const { lock } = takeLock(path, { force: true });
    expect(lock).toBeDefined();
    lock!.release();
  });

  it('lets a start end the processes that an earlier one left, and only those', async () => {
    const data = folder();
    mkdirSync(join(data, 'lock'));
    const [left, foreign] = Array.from({ length: 2 }, () => spawn('sleep', ['60'], { detached: true }));
    const gone = once(left!, 'exit');
    writeFileSync(
      join(data, 'lock/1.json'),
      JSON.stringify({
        pid: 999_999,
        began: 'x',
        host: hostname(),
        since: '2026',
        children: [
          { name: 'queue', pid: left!.pid, began: beginningOf(left!.pid!) },
          { name: 'web', pid: foreign!.pid, began: 'another time' },
        ],
      }),
    );
    (await openDataFolder(data)).lock.release();
    expect((await gone)[1]).toBe('SIGTERM');
    expect(beginningOf(foreign!.pid!)).not.toBe('');
    foreign!.kill('SIGKILL');
  });

  it('a data folder that is a file is one clear sentence', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    await expect(openDataFolder(file)).rejects.toThrow(/data folder .*file cannot be used: .*SUNBEON_DATA_DIR/s);
    await expect(openDataFolder(join(file, 'below'))).rejects.toThrow(/cannot be used: it is not a folder/);
  });
});

describe('secrets.json', () => {
  const good = {
    tokenSecret: 'a'.repeat(32),
    adminToken: 'b'.repeat(16),
    shopKeys: `shop:${'c'.repeat(32)}`,
    passKeys: 'd'.repeat(64),
    memberSecret: 'e'.repeat(32),
  };
  it('is made once, for its owner only, and read again', () => {
    const data = folder();
    const first = localSecrets(data, {});
    expect(localSecrets(data, {})).toEqual(first);
    expect(readdirSync(data)).toEqual(['secrets.json']);
    expect(execFileSync('ls', ['-l', join(data, 'secrets.json')], { encoding: 'utf8' })).toMatch(/^-rw-------/);
  });

  it.each<[string, string, RegExp]>([
    ['empty', '', /is empty/],
    ['cut off', '{"tokenSecret": "aaa', /is not valid JSON/],
    ['null', 'null', /has no tokenSecret/],
    ['without a field', JSON.stringify({ tokenSecret: good.tokenSecret }), /has no adminToken/],
    ['with a field of another type', JSON.stringify({ ...good, adminToken: 7 }), /has no adminToken/],
    ['with a short secret', JSON.stringify({ ...good, tokenSecret: 'short' }), /tokenSecret that is not at least 32 characters/],
  ])('%s is not replaced; the sentence names the file and what to do', (_, text, reason) => {
    const data = folder();
    const file = join(data, 'secrets.json');
    writeFileSync(file, text);
    expect(() => localSecrets(data, {})).toThrow(reason);
    expect(() => localSecrets(data, {})).toThrow(/secrets\.json .*Put a good copy of it back; or,.*delete it/s);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('that is a folder is named; one with a byte order mark, or read-only, is read', () => {
    const data = folder();
    mkdirSync(join(data, 'secrets.json'));
    expect(() => localSecrets(data, {})).toThrow(/is a folder/);
    const other = folder();
    writeFileSync(join(other, 'secrets.json'), `\uFEFF${JSON.stringify(good)}`);
    chmodSync(join(other, 'secrets.json'), 0o400);
    expect(localSecrets(other, {})).toEqual({
      TOKEN_SECRET: good.tokenSecret,
      ADMIN_TOKEN: good.adminToken,
      SHOP_KEYS: good.shopKeys,
      PASS_KEYS: good.passKeys,
      MEMBER_SECRET: good.memberSecret,
    });
  });

  it('of a version without passes gets the keys of shops and passes, and keeps what it has', () => {
    const data = folder();
    const { tokenSecret, adminToken } = good;
    writeFileSync(join(data, 'secrets.json'), JSON.stringify({ tokenSecret, adminToken }));
    const first = localSecrets(data, {});
    expect(first).toMatchObject({ TOKEN_SECRET: tokenSecret, ADMIN_TOKEN: adminToken, SHOP_KEYS: expect.stringMatching(/^shop:.{32,}$/) });
    expect(localSecrets(data, {})).toEqual(first);
  });
});

it('an unwritable log loses lines, reports that once, and is written again when it can be', async () => {
  const data = folder();
  const path = join(data, 'x.log');
  mkdirSync(path);
  const told: string[] = [];
  const log = createLogFile(path, (text: string) => told.push(text), 100);
  log.write('lost 1');
  log.write('lost 2');
  expect(told).toHaveLength(1);
  rmSync(path, { recursive: true });
  const deadline = Date.now() + 5_000;
  while (!existsSync(path) && Date.now() < deadline) {
    log.write('kept');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(readFileSync(path, 'utf8')).toMatch(/lines could not be written\nkept/);
  for (let i = 0; i < 10; i += 1) log.write('x'.repeat(50));
  expect(existsSync(`${path}.1`)).toBe(true);
});
