import DataLoader from 'dataloader';
import { decodeResponses, rpcPaths, limits, type RpcMethod, type RpcItem, type RpcResponse } from '@sunbeon/contracts';
import { CodedError, createBatchScheduler, rpcHeader, problemAnswer, tracing, type Service } from '@sunbeon/runtime';
import type { GatewayMetrics } from '../metrics.ts';
import type { Upstream } from './upstream.ts';

/** One batched call; never throws: a failure of the RPC is a problem for each element of its batch. */
export type Rpc = (item: RpcItem) => Promise<RpcResponse>;

/** `send` throws coded errors only: any other error is an unreadable answer, and the outcome is unknown. */
const codedOf = (error: unknown): CodedError =>
  error instanceof CodedError ? error : new CodedError('unavailable', 'The answer of a service behind the gateway is unreadable.');

/**
 * Batches calls into one RPC to the service. Each call is idempotent —
 * a join by its operation id, a purchase by its key — so a batch whose answer was lost is sent to another instance.
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
        const { status, text } = await scheduler.track(items.length, () => upstream.send(request));
        if (status !== 200) throw new CodedError('unavailable', 'A service behind the gateway refused the call.');
        const answers = decodeResponses(text);
        if (answers.length !== items.length) throw new Error(`${answers.length} answers for ${items.length} items`);
        return answers;
      } catch (error) {
        metrics.failed[call]();
        if (!(error instanceof CodedError)) log.write('rpc_unreadable', { call, err: error });
        const coded = codedOf(error);
        log.count('requests_refused', coded.code, items.length);
        const { body, ...head } = problemAnswer(coded);
        const problem = { ...head, text: JSON.stringify(body) };
        return items.map(() => problem);
      } finally {
        metrics.called(call, items.length, (performance.now() - started) / 1_000);
      }
    },
    { cache: false, maxBatchSize: limits.batchItems, batchScheduleFn: scheduler.schedule },
  );
  const load: Rpc = (item) => {
    const answer = loader.load(item);
    scheduler.added();
    return answer;
  };
  return (item) => {
    const traced = tracing();
    if (!traced) return load(item);
    return traced.span(`rpc ${call}`, { kind: 'client' }, (trace) => load(trace === undefined ? item : { ...item, trace }));
  };
};
