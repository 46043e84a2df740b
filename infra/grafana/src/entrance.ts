import { joinRefusals } from '@sunbeon/contracts';
import { graph, rate } from './panels.ts';

/** Refusals by what the sale asks for, not by its state. */
const refusals = joinRefusals.filter((why) => !['sale_not_open', 'sold_out', 'limit_exceeded', 'idempotency_conflict'].includes(why));

/** What a place costs. */
export const entrance = {
  title: 'The entrance',
  runbook: 'SunbeonRefusedAtEntrance' as const,
  panels: [
    graph({
      title: 'Rush',
      description:
        'Level of a sale that asks for a proof of work in a rush only. 0: joins need none; 4: one costs what the sale says; 8: twice that.',
      unit: 'short',
      lines: [{ query: 'max by (sale) (sunbeon_sale_proof_level{sale=~"$sale"})', legend: '{{sale}}' }],
    }),
    graph({
      title: 'Refused at the entrance',
      description:
        'Joins that were refused for a missing or invalid requirement, by reason. proof_required and member_required include the first try of a page that did not know the requirement yet. Many invalid codes, proofs or tokens: guesses, or invalid ones were given out.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_joins_total', 'outcome', `{outcome=~"${refusals.join('|')}"}`), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Challenges',
      description: 'Challenges of proof of work given out, asked for or with a refused join. Many more than joins: somebody collects them.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_challenges_total', 'by'), legend: '{{by}}' }],
    }),
    graph({
      title: 'Logins',
      description: 'By OpenID Connect: begun, and how they ended. Unavailable: the provider was away.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_logins_total', 'outcome'), legend: '{{outcome}}' }],
    }),
  ],
};
