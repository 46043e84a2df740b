import { describe, expect, it } from '@jest/globals';
import { schemas } from '@sunbeon/contracts';
import { rehearsalLimits } from '@sunbeon/contracts/rehearsals';
import { Value } from 'typebox/value';
import { faultsOf, initialRehearsal, rehearsalFields, rehearsalOf } from '../features/operator/rehearsal/rehearsal-fields.ts';

describe('the dialog of a rehearsal', () => {
  it('begins with what the API takes', () => {
    expect(faultsOf(initialRehearsal)).toEqual({});
    const body = rehearsalOf(initialRehearsal);
    expect(body).toEqual({ people: 1_000, minutes: 10, arrivalSeconds: 60, conversion: 0.8, noShowRate: 0.1 });
    expect(Value.Check(schemas.StartRehearsal, body)).toBe(true);
  });

  it('takes what the API takes, and not more', () => {
    const most = { people: '20,000', minutes: '60', arrival: '1800', conversion: '100', noShows: '100' };
    expect(faultsOf(most)).toEqual({});
    expect(Value.Check(schemas.StartRehearsal, rehearsalOf(most))).toBe(true);
    const more = { people: '20001', minutes: '61', arrival: '1801', conversion: '101', noShows: '-1' };
    expect(Object.keys(faultsOf(more))).toEqual(rehearsalFields);
    expect(faultsOf({ ...initialRehearsal, people: '' })).toEqual({ people: { key: 'rule.required' } });
  });

  it('lets nobody arrive after the end', () => {
    const short = { ...initialRehearsal, minutes: '2', arrival: '121' };
    expect(faultsOf(short)).toEqual({ arrival: { key: 'rule.integer', values: { min: 1, max: 120 } } });
    expect(faultsOf({ ...short, arrival: '120' })).toEqual({});
    expect(Object.keys(faultsOf({ ...short, minutes: 'x', arrival: String(rehearsalLimits.arrivalSeconds) }))).toEqual(['minutes']);
  });
});
