import { graph, rate } from './panels.ts';

const refusals = [
  'member_required',
  'invalid_member',
  'member_unavailable',
  'proof_required',
  'proof_invalid',
  'code_invalid',
  'rate_limited',
];

/** What a place costs. */
export const entrance = {
  title: 'The entrance',
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
        'Joins that lacked what the sale asks for, by reason. Proof and member required: the first step of a page that did not know. Many wrong codes, proofs or tokens: somebody guesses, or what was given out is wrong.',
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
