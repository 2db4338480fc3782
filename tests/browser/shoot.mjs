// node shoot.mjs PAGE FOLDER: the pictures of a report for docs/images. The environment is that of inspect.mjs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.MODULES + '/');
const { chromium } = require('playwright-core');

const [page, folder] = process.argv.slice(2);
const pictures = [
  { name: 'page-light.png', width: 1200, height: 1500, colorScheme: 'light' },
  { name: 'page-dark.png', width: 1200, height: 1500, colorScheme: 'dark' },
  { name: 'page-phone.png', width: 360, height: 1500, colorScheme: 'light' },
  { name: 'page-charts.png', width: 1200, height: 1500, colorScheme: 'light', from: '#looks' },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
for (const { name, width, height, colorScheme, from } of pictures) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  if (from) await tab.evaluate((anchor) => document.querySelector(anchor).scrollIntoView({ behavior: 'instant' }), from);
  await tab.screenshot({ path: join(folder, name) });
  await context.close();
}
await browser.close();
