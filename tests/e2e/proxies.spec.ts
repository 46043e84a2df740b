import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { operatorAt } from '../fixtures/client.ts';
import { adminToken, freePort, startStack, until, type Stack } from '../fixtures/stack.mjs';
import { startWeb } from './start.ts';

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find((path) => existsSync(path));
const limit = 60;
const pageSecret = 'secret-of-the-page-of-this-test';

/** A proxy with a common configuration: appends the client's address to `X-Forwarded-For`. */
const startNginx = async (folder: string, sites: { port: number; target: number }[]): Promise<ChildProcess> => {
  mkdirSync(join(folder, 'nginx'), { recursive: true });
  const site = ({ port, target }: { port: number; target: number }) => `
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://127.0.0.1:${target};
        proxy_http_version 1.1;
        proxy_set_header Host localhost;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
      }
    }`;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
    events { worker_connections 2048; }
    http {
      access_log off; client_body_temp_path ${folder}/nginx/body; proxy_temp_path ${folder}/nginx/proxy;
      fastcgi_temp_path ${folder}/nginx/fastcgi; uwsgi_temp_path ${folder}/nginx/uwsgi; scgi_temp_path ${folder}/nginx/scgi;
      ${sites.map(site).join('')}
    }`,
  );
  const child = spawn(nginx!, ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
  for (const { port } of sites) {
    await until(
      'nginx',
      () =>
        new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => {
            socket.destroy();
            resolve(true);
          });
          socket.on('error', reject);
        }),
      10_000,
    );
  }
  return child;
};

/** One request of a client with this address; `headers` may repeat a name. */
const ask = (port: number, from: string, method: string, path: string, headers: [string, string][]): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        localAddress: from,
        method,
        path,
        agent: false,
        headers: [['Host', `localhost:${port}`], ['Content-Length', '0'], ...headers].flat() as never,
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode!));
      },
    );
    outgoing.on('error', reject).end();
  });

/** Headers of a client that claims another address in each request. */
const lies = (i: number): [string, string][][] => {
  const made = `203.0.${i % 250}.${(i * 7) % 250}`;
  return [
    [['X-Forwarded-For', made]],
    [['X-Forwarded-For', `${made}, 198.51.100.${i % 250}`]],
    [
      ['X-Forwarded-For', made],
      ['X-Forwarded-For', `198.51.100.${i % 250}`],
    ],
    [['Forwarded', `for=${made};proto=https`]],
    [['X-Real-IP', made]],
    [['X-Forwarded-For', `[2001:db8:${i}::1]:4711`]],
    [['X-Forwarded-For', `"${made}:80"`]],
    [
      ['X-Forwarded-For', '127.0.0.1, 127.0.0.1'],
      ['X-Real-IP', made],
      ['Forwarded', `for="${made}"`],
    ],
    [
      ['X-Forwarded-For', `${made},`],
      ['X-Sunbeon-Page', pageSecret.slice(1)],
    ],
    [
      ['X-Client-IP', made],
      ['True-Client-IP', made],
      ['CF-Connecting-IP', made],
      ['X-Sunbeon-Address', made],
    ],
  ];
};
const lie = (i: number): [string, string][] => {
  const all = lies(i);
  return all[i % all.length]!;
};

test.describe('client addresses behind proxies', () => {
  test.skip(nginx === undefined, 'there is no nginx here (apt-get install nginx-light)');
  let stack: Stack;
  let page: ChildProcess;
  let proxy: ChildProcess;
  let ways: Record<string, number>;
  test.beforeAll(async () => {
    const [web, beforeGateway, beforePage] = [await freePort(), await freePort(), await freePort()];
    const env = { JOIN_LIMIT_PER_MINUTE: String(limit), TRUST_PROXY: '127.0.0.1', PAGE_SECRET: pageSecret };
    stack = await startStack({ built: true, env: { ...env, WRONG_TOKENS_PER_MINUTE: '10' } });
    const gateway = Number(new URL(stack.gateways[0]!).port);
    page = await startWeb(stack.folder, web, stack.gateways[0]!, env);
    proxy = await startNginx(stack.folder, [
      { port: beforeGateway, target: gateway },
      { port: beforePage, target: web },
    ]);
    ways = { gateway, page: web, 'nginx and the gateway': beforeGateway, 'nginx and the page': beforePage };
  });
  test.afterAll(async () => {
    for (const child of [proxy, page]) {
      if (!child || child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await stack.stop();
  });

  test('joins of one client count as one, with any headers, and those of another client separately', async () => {
    const { status } = await operatorAt(stack.gateways[0]).create({ saleId: 'proxies', title: 'T', stock: 1, admitPerSecond: 0.001 });
    expect(status).toBe(201);
    for (const [i, [way, port]] of Object.entries(ways).entries()) {
      const [liar, other] = [`127.0.1.${i + 1}`, `127.0.2.${i + 1}`];
      const statuses = await Promise.all(
        Array.from({ length: 200 }, (_, n) => ask(port, liar, 'POST', '/api/sales/proxies/queue', lie(n))),
      );
      expect([way, statuses.filter((code) => code === 201).length, statuses.filter((code) => code === 429).length]).toEqual([
        way,
        limit,
        200 - limit,
      ]);
      expect([way, await ask(port, other, 'POST', '/api/sales/proxies/queue', [])]).toEqual([way, 201]);
    }
  });

  test('a stranger cannot exhaust the attempts of an operator', { tag: '@long' }, async () => {
    const wrong: [string, string] = ['Authorization', 'Bearer not-the-token-of-the-operator'];
    for (const [i, [way, port]] of Object.entries(ways).entries()) {
      const [stranger, operator] = [`127.0.3.${i + 1}`, `127.0.4.${i + 1}`];
      const statuses: number[] = [];
      for (let n = 0; n < 80; n += 40)
        statuses.push(
          ...(await Promise.all(
            Array.from({ length: 40 }, () =>
              ask(port, stranger, 'GET', '/api/admin/sales', [
                wrong,
                ['X-Forwarded-For', operator],
                ['X-Real-IP', operator],
                ['Forwarded', `for=${operator}`],
              ]),
            ),
          )),
        );
      expect([way, statuses.filter((code) => code === 401).length, statuses.filter((code) => code === 429).length]).toEqual([way, 10, 70]);
      expect([way, await ask(port, operator, 'GET', '/api/admin/sales', [['Authorization', `Bearer ${adminToken}`]])]).toEqual([way, 200]);
    }
  });
});
