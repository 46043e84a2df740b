export declare class SettingsError extends Error {}
export interface PageSettings {
  port: string;
  /** Metrics and probes; none when it is not set. */
  opsPort: string | undefined;
  host: string;
  gatewayUrl: string;
  /** Where people see the page: by https, its cookies are for https alone. */
  webUrl: string | undefined;
  trustProxy: string | undefined;
  secret: string | undefined;
  level: string;
  /** A line for each request. */
  requests: boolean;
}
export declare const pageSettings: (env: Readonly<Record<string, string | undefined>>) => PageSettings;
export declare const settingsOrExit: (env: Readonly<Record<string, string | undefined>>) => PageSettings;
