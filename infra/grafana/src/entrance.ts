import { graph, rate } from './panels.ts';

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
      title: 'Challenges',
      description: 'Challenges of proof of work given out, asked for or with a refused join. Many more than joins: somebody collects them.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_challenges_total', 'by'), legend: '{{by}}' }],
    }),
  ],
};
