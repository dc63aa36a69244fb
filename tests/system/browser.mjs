// Drives Chromium for tests/system/browser.rs and scripts/screenshots: a line of JSON comes in, a line of JSON goes out.
// Pages are visited with scripts switched off; only the look for hindrances, in a window of its own, needs them.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

const [home, program, origin] = process.argv.slice(2);
const require = createRequire(`${home}/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({
  executablePath: program,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--force-color-profile=srgb', '--hide-scrollbars'],
});
const said = [];

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(20000);
  const page = await context.newPage();
  page.on('console', (message) => said.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) said.push(`asked another host: ${request.url()}`);
  });
  return page;
}

let page = await open({ javaScriptEnabled: false });

const commands = {
  go: async ({ path }) => (await page.goto(origin + path)).status(),
  // What people see, in one line.
  read: async () => (await page.locator('body').innerText()).replace(/\s+/g, ' '),
  place: async () => page.url().slice(origin.length),
  follow: async ({ name }) => page.getByRole('link', { name, exact: true }).first().click(),
  press: async ({ name }) => page.getByRole('button', { name, exact: true }).click(),
  fill: async ({ label, text }) => page.getByLabel(label).fill(text),
  said: async () => said.splice(0),
  // Presses Tab until a control of this name has the focus; how often.
  tab: async ({ name }) => {
    for (let count = 1; count < 200; count += 1) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if ((await focused.count()) && (await focused.innerText()).trim() === name) {
        const outline = await focused.evaluate((it) => parseFloat(getComputedStyle(it).outlineWidth));
        return { count, outline };
      }
    }
    return null;
  },
  enter: async () => page.keyboard.press('Enter'),
  look: async ({ scheme, width }) => {
    const cookies = await page.context().cookies();
    const at = page.url();
    await page.context().close();
    page = await open({ javaScriptEnabled: false, colorScheme: scheme, viewport: { width, height: 900 } });
    await page.context().addCookies(cookies);
    await page.goto(at);
  },
  // How far the page reaches beyond the window, in pixels.
  excess: async () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  hindrances: async ({ scheme, width }) => {
    const other = await open({ bypassCSP: true, colorScheme: scheme, viewport: { width, height: 900 } });
    await other.context().addCookies(await page.context().cookies());
    await other.goto(page.url());
    await other.evaluate(axe);
    const found = await other.evaluate(() =>
      window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    await other.context().close();
    return found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' | ')}`);
  },
  shoot: async ({ to, whole }) => page.screenshot({ path: to, fullPage: whole }).then(() => true),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  try {
    const value = await commands[command](options);
    console.log(JSON.stringify({ value: value ?? null }));
  } catch (error) {
    const text = await page.locator('body').innerText().catch(() => '');
    console.log(JSON.stringify({ error: `${error.message}\nThe page says: ${text}` }));
  }
}
await browser.close();
