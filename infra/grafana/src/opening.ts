import { graph, rate } from './panels.ts';

/** The lobby and its draw, and changes at a time. */
export const opening = {
  title: 'The opening',
  runbook: 'SunbeonDrawStuck' as const,
  panels: [
    graph({
      title: 'Lobby',
      description: 'Visitors of a lobby who have no number yet. At the opening they move into the line, page by page.',
      unit: 'short',
      lines: [{ query: 'max by (sale) (sunbeon_lobby_visitors{sale=~"$sale"})', legend: '{{sale}}' }],
    }),
    graph({
      title: 'Drawing',
      description: '1 while the order of the lobby is drawn. It takes seconds, with a beacon up to half a minute more.',
      unit: 'none',
      lines: [{ query: 'max by (sale) (sunbeon_sale_status{sale=~"$sale",status="drawing"})', legend: '{{sale}}' }],
    }),
    graph({
      title: 'Draws',
      description: 'By outcome. A failed one is tried again with the next tick.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_draws_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Planned changes',
      description: 'Changes that operators planned, by what came of them: late, since no leader ticked; skipped, since not possible then.',
      unit: 'none',
      stacked: true,
      lines: [{ query: 'sum by (outcome) (increase(sunbeon_planned_changes_total[$__rate_interval]))', legend: '{{outcome}}' }],
    }),
    graph({
      title: 'Steps of a draw',
      description: 'Time of each step, mean. Beacon: the wait for its round.',
      unit: 's',
      lines: [
        {
          query:
            'sum by (step) (increase(sunbeon_draw_step_duration_seconds_sum[$__rate_interval])) / sum by (step) (increase(sunbeon_draw_step_duration_seconds_count[$__rate_interval]))',
          legend: '{{step}}',
        },
      ],
    }),
  ],
};
