import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  bearerProtocolPrefix,
  closeCodeDocs,
  closeCodes,
  liveFrames,
  liveProtocol,
  liveTables,
  protocolCloseCodes,
  silentMs,
  type ServerMessage,
} from '@sunbeon/contracts';
import { Value } from 'typebox/value';
import { gatewayOfTests } from '../../../tests/fixtures/gateway.ts';
import { newSale, until } from '../../../tests/fixtures/sale.ts';
import { withLiveTables } from '../../../tools/local/live-page.ts';

const { redis, gateway } = await gatewayOfTests();
const page = readFileSync('docs/LIVE.md', 'utf8');
const example = /<!-- example: node -->\n```js\n([^]*?)```/.exec(page)![1]!;

describe('docs/LIVE.md', () => {
  it('has the tables of the code: npm run docs:live writes them', () => {
    for (const name of Object.keys(liveTables)) expect(page).toContain(`<!-- table: ${name} -->`);
    expect(page).toBe(withLiveTables(page));
  });

  it('names the subprotocols of the code, and its example the silence and the final close codes', () => {
    expect(page).toContain(`Sec-WebSocket-Protocol: ${liveProtocol}, ${bearerProtocolPrefix}<token>`);
    expect(example).toContain(`['${liveProtocol}', \`${bearerProtocolPrefix}\${place.token}\`]`);
    expect(Number(/terminate\(\), ([\d_]+)\)/.exec(example)![1]!.replaceAll('_', ''))).toBe(silentMs);
    const finals = [
      ...(Object.keys(closeCodes) as (keyof typeof closeCodes)[])
        .filter((name) => !closeCodeDocs[name].reconnects)
        .map((name) => closeCodes[name]),
      ...Object.entries(protocolCloseCodes)
        .filter(([, { reconnects }]) => !reconnects)
        .map(([code]) => Number(code)),
    ];
    expect(JSON.parse(/finalCodes = (\[.*?\])/.exec(example)![1]!)).toEqual(finals.sort((a, b) => a - b));
  });

  it('agrees with DESIGN §10, which names every frame and every close code', () => {
    const section = /\n## 10\. [^]*?\n## 11\./.exec(readFileSync('docs/DESIGN.md', 'utf8'))![0];
    expect(Object.keys(liveFrames).filter((type) => !section.includes(`\`${type}\``))).toEqual([]);
    expect(Object.values(closeCodes).filter((code) => !section.includes(String(code)))).toEqual([]);
  });
});

describe('the client of docs/LIVE.md', () => {
  /** A line to the gateway that can be cut; `asked`: the request lines of its handshakes. */
  const startLine = async () => {
    const { hostname, port } = new URL(gateway.base);
    const open = new Set<Socket>();
    const asked: string[] = [];
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        open.add(socket);
        socket.on('error', () => {});
      }
      near.once('data', (data) => {
        if (String(data).includes('/live')) asked.push(String(data).split('\r\n')[0]!);
      });
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const cut = (): void => {
      for (const socket of open) socket.destroy();
    };
    const stop = (): void => {
      cut();
      server.close();
    };
    return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, cut, stop };
  };
  const run = (base: string, sale: string) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', example], {
      env: { PATH: process.env['PATH'], SUNBEON_URL: base, SALE: sale },
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      said.out += String(data);
    });
    child.stderr.on('data', (data) => {
      said.err += String(data);
    });
    const frames = (): ServerMessage[] =>
      said.out
        .split('\n')
        .slice(0, -1)
        .map((text) => JSON.parse(text) as ServerMessage);
    return { child, said, frames };
  };

  it('joins, receives its state, and resumes after its connection was cut', async () => {
    const saleId = await newSale(redis);
    const line = await startLine();
    const { child, frames, said } = run(line.base, saleId);
    const states = () => frames().filter((frame) => frame.type === 'state');
    try {
      await until('the state', () => states().length === 1, 10_000);
      line.cut();
      await until('the state again', () => states().length === 2, 10_000);
      expect(frames().filter((frame) => !Value.Check(liveFrames[frame.type], frame))).toEqual([]);
      expect(states()[1]).toMatchObject({ visitor: { state: 'waiting', seq: 1, position: 1 }, sale: { saleId } });
      expect(line.asked).toEqual([
        `GET /api/sales/${saleId}/live HTTP/1.1`,
        `GET /api/sales/${saleId}/live?after=${states()[0]!.id} HTTP/1.1`,
      ]);
      expect(said.err).toBe('');
    } finally {
      child.kill('SIGKILL');
      line.stop();
    }
  });
});
