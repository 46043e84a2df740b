import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that stops as the page does, with `graceMs`: `/slow` answers after 300 ms, `/never` not at all, an upgrade is accepted. Returns its port. */
const start = async (graceMs: number) => {
  const program = `
    import { createServer } from 'node:http';
    import { stopGently } from ${JSON.stringify(new URL('../stopping.mjs', import.meta.url).href)};
    stopGently(${graceMs});
    const server = createServer((request, response) => {
      if (request.url === '/slow') setTimeout(() => response.end('done'), 300);
      else if (request.url !== '/never') response.end('ok');
    });
    server.on('upgrade', (_, socket) => socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: x\\r\\n\\r\\n'));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, port: Number(port), ended: once(child, 'exit') as Promise<[number | null]> };
};
/** Sends a request on a connection of its own, kept open; resolves with what came when the connection is over. */
const ask = (port: number, path: string, headers = '') => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  let text = '';
  socket.on('data', (data) => {
    text += String(data);
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n${headers}\r\n`);
  return { socket, text: () => text, over: once(socket, 'close').then(() => text) };
};

describe('SIGTERM to the page', () => {
  it('answers what is in flight, closes idle connections and relayed sockets at once, and ends with 0', async () => {
    const { child, port, ended } = await start(60_000);
    const idle = ask(port, '/');
    await once(idle.socket, 'data');
    const relayed = ask(port, '/live', 'connection: upgrade\r\nupgrade: x\r\n');
    await once(relayed.socket, 'data');
    const slow = ask(port, '/slow');
    // The request has arrived when one that was sent later has its answer.
    const later = ask(port, '/');
    await once(later.socket, 'data');
    child.kill('SIGTERM');
    await Promise.all([relayed.over, idle.over]);
    expect(slow.text()).toBe('');
    expect(await slow.over).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*done/i);
    expect((await ended)[0]).toBe(0);
  });

  it('cuts a request that never ends after its grace, and ends with 0', async () => {
    const { child, port, ended } = await start(500);
    const never = ask(port, '/never');
    const later = ask(port, '/');
    await once(later.socket, 'data');
    const from = Date.now();
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(Date.now() - from).toBeGreaterThanOrEqual(450);
    expect(await never.over).toBe('');
  });
});
