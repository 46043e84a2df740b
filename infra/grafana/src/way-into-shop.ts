import { graph, rate } from './panels.ts';

/** Tickets, passes and what reverse proxies are told: the calls of shops behind a gate. */
export const wayIntoShop = {
  title: 'The way into the shop',
  runbook: 'SunbeonRequestErrors' as const,
  panels: [
    graph({
      title: 'Tickets',
      description: 'Tickets for the shop, by outcome.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_tickets_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Redemptions',
      description: 'Tickets that shops changed into passes, by outcome. Many refusals: tickets are used twice, or arrive after 60 s.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_redemptions_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Extensions',
      description: 'By outcome.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_pass_extensions_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Completions',
      description: 'By outcome.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_pass_completions_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Answers of the guard',
      description: 'Answers to reverse proxies. Failed: Redis or a service was away.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_guard_answers_total', 'answer'), legend: '{{answer}}' }],
    }),
  ],
};
