import DataLoader from 'dataloader';
import { decodeResponses, rpcPaths, limits, type RpcMethod, type RpcItem, type RpcResponse } from '@sunbeon/contracts';
import { CodedError, createBatchScheduler, rpcHeader, problemAnswer, tracing, type Service } from '@sunbeon/runtime';
import type { GatewayMetrics } from '../metrics.ts';
import type { Upstream } from './upstream.ts';

/** One hot call; never throws: a failure of the rpc is a problem for each element of its batch. */
export type Rpc = (item: RpcItem) => Promise<RpcResponse>;

/** `send` throws coded errors only: anything else is an answer that cannot be read, and nobody knows what was done. */
const codedOf = (error: unknown): CodedError =>
  error instanceof CodedError
    ? error
    : new CodedError('unavailable', 'A service behind the gateway answered what this gateway cannot read.');

/**
 * Gathers calls into one request to the service. Each call is the same when it is sent again —
 * a join by its operation, a purchase by its key — so a batch whose answer was lost goes to another instance.
 */
export const createRpc = (
  call: RpcMethod,
  upstream: Pick<Upstream, 'send'>,
  credential: string,
  metrics: GatewayMetrics,
  log: Service['log'],
): Rpc => {
  const headers = { 'content-type': 'application/json', [rpcHeader]: credential };
  const scheduler = createBatchScheduler();
  const loader = new DataLoader<RpcItem, RpcResponse>(
    async (items) => {
      const started = performance.now();
      try {
        const request = { method: 'POST', path: rpcPaths[call], headers, body: JSON.stringify({ items }), repeatable: true };
        const { status, text } = await scheduler.track(() => upstream.send(request));
        if (status !== 200) throw new CodedError('unavailable', 'A service behind the gateway refused the call.');
        const answers = decodeResponses(text);
        if (answers.length !== items.length) throw new Error(`${answers.length} answers for ${items.length} items`);
        return answers;
      } catch (error) {
        metrics.failed[call]();
        if (!(error instanceof CodedError)) log.error({ err: error }, `${call}: unreadable response of the service`);
        const { body, ...head } = problemAnswer(codedOf(error));
        const problem = { ...head, text: JSON.stringify(body) };
        return items.map(() => problem);
      } finally {
        metrics.called(call, items.length, (performance.now() - started) / 1_000);
      }
    },
    { cache: false, maxBatchSize: limits.batchItems, batchScheduleFn: scheduler.schedule },
  );
  return (item) => {
    const traced = tracing();
    if (!traced) return loader.load(item);
    return traced.span(`rpc ${call}`, { kind: 'client' }, (trace) => loader.load(trace === undefined ? item : { ...item, trace }));
  };
};
