// A proxy in front of the gateway that injects faults into some answers.
import { request, createServer } from 'node:http';
import { connect } from 'node:net';

/**
 * `everyNth`: which answers are affected; `slowMs(sinceStartMs)`: their delay; `status`: their status; `deafAfterMs`: time after which a
 * stream is silent. Resolves with its address and a function that stops it.
 */
export const startFaultyProxy = (target, { everyNth = 1, slowMs, status, deafAfterMs } = {}) =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(target);
    const startedAt = Date.now();
    let count = 0;
    const server = createServer((incoming, outgoing) => {
      const spoilt = (count += 1) % everyNth === 0 && !incoming.url.startsWith('/api/admin');
      const upstream = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
        const pass = () => {
          if (spoilt && status) {
            answer.resume();
            outgoing.writeHead(status, { 'content-type': 'application/problem+json' }).end('{"code":"unavailable"}');
          } else {
            outgoing.writeHead(answer.statusCode, answer.headers);
            answer.pipe(outgoing);
          }
        };
        if (spoilt && slowMs) setTimeout(pass, slowMs(Date.now() - startedAt));
        else pass();
      });
      upstream.on('error', () => outgoing.destroy());
      incoming.pipe(upstream);
    });
    const sockets = new Set();
    server.on('upgrade', (incoming, socket, head) => {
      const upstream = connect(Number(port), hostname, () => {
        upstream.write(
          `${incoming.method} ${incoming.url} HTTP/1.1\r\n${incoming.rawHeaders.reduce((text, part, i) => text + part + (i % 2 ? '\r\n' : ': '), '')}\r\n`,
        );
        upstream.write(head);
        socket.pipe(upstream);
      });
      sockets.add(socket).add(upstream);
      let deaf = false;
      if (deafAfterMs !== undefined)
        setTimeout(() => {
          deaf = true;
        }, deafAfterMs).unref();
      upstream.on('data', (data) => {
        if (!deaf) socket.write(data);
      });
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ])
        one.on('error', () => {}).on('close', () => other.destroy());
    });
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        stop: () => {
          for (const socket of sockets) socket.destroy();
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });
