import { chanceOf } from '../../packages/contracts/src/chance.ts';
import { observe, type Demand } from '../../services/admission/src/forecast/demand.ts';
import { forecastOf, type Forecast } from '../../services/admission/src/forecast/forecast.ts';
import { rehearse, type Person, type Shape } from './world.ts';

/** One forecast of a rehearsal beside what came. Seconds; the time of pauses after the forecast does not count. */
export interface Told {
  at: number;
  from: number;
  to: number | null;
  /** Until it was sold out; null: it was not. */
  real: number | null;
  /** An operator set another pace after it. */
  isOverruled: boolean;
}
export interface Said {
  chance: number;
  happened: boolean;
}
export interface Measured {
  shape: Shape;
  soldOutAt: number | null;
  knownAt: number | null;
  told: Told[];
  said: Said[];
  unknown: number;
}

const every = { forecastSeconds: 10, chanceSeconds: 20, people: 20 } as const;

/** One rehearsal: the forecasts that its leader made, each tick from the one before, and the chances that visitors were told. */
export const measure = (shape: Shape, forecastBy = forecastOf): Measured => {
  let past: Demand | null = null;
  let knownAt: number | null = null;
  let unknown = 0;
  const forecasts: { at: number; forecast: Forecast }[] = [];
  const chances: { person: Person; chance: number }[] = [];
  let before: Forecast | null = null;
  const pausedSeconds: number[] = [];
  const { soldOutAt } = rehearse(shape, ({ second, counts, line, paused }) => {
    past = observe(past, counts);
    const forecast = forecastBy(past, counts);
    if (paused) pausedSeconds.push(second);
    if (forecast.yields) knownAt ??= second;
    if (second % every.forecastSeconds === 0 && forecast.soldOut) forecasts.push({ at: second, forecast });
    // People hear the last tick's chances.
    if (second % every.chanceSeconds === 0 && before && line.length > 0)
      for (let i = 0; i < every.people; i += 1) {
        const index = Math.floor(((i + 0.5) / every.people) * line.length);
        const chance = chanceOf('open', before.chances, index + 1);
        if (chance === undefined) unknown += 1;
        else chances.push({ person: line[index]!, chance });
      }
    before = forecast;
  });
  const told = forecasts.map(({ at, forecast: { soldOut } }) => ({
    at,
    from: soldOut!.from,
    to: soldOut!.to ?? null,
    real: soldOutAt === null ? null : soldOutAt - at - pausedSeconds.filter((second) => second > at && second <= soldOutAt).length,
    isOverruled: shape.paces.some(([second]) => second > at),
  }));
  const said = chances.filter(({ person }) => !person.left).map(({ person, chance }) => ({ chance, happened: person.admittedAt !== null }));
  return { shape, soldOutAt, knownAt, told, said, unknown };
};

/** Whether the range held. Not sold out is within a range without an end. */
export const isWithin = ({ from, to, real }: Told): boolean => (real === null ? to === null : real >= from && (to === null || real <= to));
