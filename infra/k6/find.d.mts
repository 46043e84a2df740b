export const folder: string;
export const scripts: string[];
export const testedVersion: string;
export const howToGet: string;
export const findK6: () => { path: string; why: null; version: string } | { path: null; why: string };
