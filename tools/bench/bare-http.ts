// Reference for HTTP: a Fastify server whose answer is a constant of a join's size. It is an upper bound for a gateway on
// the same cores.
import Fastify from 'fastify';

const body = JSON.stringify({
  visitor: {
    saleId: 'bench_joins',
    visitorId: 'v'.repeat(22),
    state: 'waiting',
    seq: 100_000,
    position: 100_000,
    waiting: 100_000,
    etaSeconds: { low: 1_000, high: 2_000 },
    pollAfterMs: 10_000,
  },
  token: 't'.repeat(220),
});
const app = Fastify();
const answer = async (
  _: unknown,
  reply: { header: (name: string, value: string) => { send: (text: string) => unknown } },
): Promise<unknown> => reply.header('content-type', 'application/json; charset=utf-8').send(body);
app.post('/api/sales/:sale/queue', answer);
app.get('/api/sales/:sale/queue/me', answer);
const page = Buffer.alloc(131_072, 1);
app.get('/page', async (_, reply) => reply.header('content-type', 'application/octet-stream').send(page));
// A constant of as many bytes as the caller says.
const constants = new Map<string, Buffer>();
app.get<{ Params: { bytes: string } }>('/line/:bytes', async (request, reply) => {
  const { bytes } = request.params;
  let constant = constants.get(bytes);
  if (!constant) constants.set(bytes, (constant = Buffer.alloc(Number(bytes), 'x')));
  return reply.header('content-type', 'application/json; charset=utf-8').send(constant);
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
console.log('listening');
