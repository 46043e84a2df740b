export declare const stopGently: (graceMs?: number) => void;
