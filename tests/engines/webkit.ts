import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Builder, By, Capabilities } from 'selenium-webdriver';
import { which } from '../../tools/local/commands.mjs';
import { freePort, until } from '../fixtures/stack.mjs';
import { heard, listen, viewport, type Engine } from './engine.ts';

/** WebKitGTK's own small browser: beside the library, whose folder has the machine's architecture in its name. */
const miniBrowser =
  readdirSync('/usr/lib', { withFileTypes: true })
    .map(({ name }) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`)
    .find((path) => existsSync(path)) ?? null;
const driver = which('WebKitWebDriver');
const xvfb = which('Xvfb');
const program = miniBrowser && xvfb && driver;

/** `run` as the body of a script of WebDriver. Before it, the page is listened to: WebKit's driver cannot do so before the page's own scripts. */
const scriptOf = (run: (...args: never[]) => unknown): string => `(${String(listen)})(); return (${String(run)}).apply(null, arguments);`;

/** A page opened by a script without toolbars: the window of the browser itself is at least 447 px wide. */
const smallWindow = `window.open('about:blank', '_blank', 'popup,menubar=no,toolbar=no,location=no,status=no,width=${viewport.width},height=${viewport.height}')`;

/** The engine of Safari, by WebDriver, on a display of its own. */
export const webkit: Engine = {
  name: 'WebKit',
  program,
  sendsLanguage: false,
  runsBefore: false,
  open: async () => {
    const children: ChildProcess[] = [];
    const end = (): void => {
      for (const child of children.splice(0)) child.kill();
    };
    process.once('exit', end);
    try {
      const display = spawn(xvfb!, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
      children.push(display);
      const [number] = (await once(display.stdio[3] as Readable, 'data')) as [Buffer];
      const port = await freePort();
      const service = spawn(driver!, [`--port=${port}`], {
        // The language of the requests follows the locale; without one it is English.
        env: { ...process.env, DISPLAY: `:${String(number).trim()}`, GDK_BACKEND: 'x11', LC_ALL: 'C' },
        stdio: 'ignore',
      });
      children.push(service);
      const url = `http://127.0.0.1:${port}`;
      await until('the driver of WebKit', async () => (await fetch(`${url}/status`)).ok);
      const session = await new Builder()
        .disableEnvironmentOverrides()
        .usingServer(url)
        .withCapabilities(
          new Capabilities({
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation', '--javascript-can-open-windows-automatically=true'] },
          }),
        )
        .build();
      const first = await session.getWindowHandle();
      await session.executeScript(smallWindow);
      const second = async (): Promise<string | undefined> => (await session.getAllWindowHandles()).find((one) => one !== first);
      await until('a small window', async () => (await second()) !== undefined);
      await session.close();
      await session.switchTo().window((await second())!);
      return {
        goto: (address) => session.get(address),
        reload: () => session.navigate().refresh(),
        click: (selector) => session.findElement(By.css(selector)).click(),
        evaluate: (run, ...args) => session.executeScript(scriptOf(run), ...args),
        picture: async (file) => writeFileSync(file, await session.takeScreenshot(), 'base64'),
        complaints: () => session.executeScript(scriptOf(heard)),
        close: async () => {
          await session.quit();
          end();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  },
};
