export { quicknet, roundAfter, timeOfRoundMs, type Chain } from './beacon.ts';
export { conclude, type Check, type Code, type Conclusion, type Verdict } from './check.ts';
export { addressOf, type SaleAddress } from './download.ts';
export * from './draw.ts';
export { verifySale, type Question } from './verify.ts';
