import { isSaleId, type RpcResult, type RpcItem } from '@sunbeon/contracts';
import { CodedError, serveRpc } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { report } from '../scripts/report.ts';

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Reports of gateways: connections and estimates of a sale, refusals of the gateway. */
export const postReport = ({ app, redis, tokens }: RouteContext): void => {
  const handle = async ({ saleId, report: said }: RpcItem): Promise<RpcResult> => {
    if (
      !isSaleId(saleId) ||
      !said ||
      !/^[\w.-]{1,200}$/.test(said.gateway) ||
      ![said.browsers, said.estimates, said.errorSeconds, said.refused ?? 0].every(isCount)
    ) {
      throw new CodedError('invalid_request', 'The report is missing or invalid.');
    }
    if ((await report.run(redis, saleId, said)) === 'no_sale') throw new CodedError('sale_not_found');
    return { status: 200, body: {} };
  };
  serveRpc(app, tokens, 'report', { 200: { type: 'object' } }, handle);
};
