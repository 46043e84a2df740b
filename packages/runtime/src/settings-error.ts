/** A setting that is not right; the message is for the person who set it, one sentence without the value of a secret. */
export class SettingsError extends Error {}
