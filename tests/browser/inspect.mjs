// node inspect.mjs FILE … : opens each page in Chromium as people would and prints what is wrong with it, as JSON by
// file: console messages, requests, what overflows, words that are broken, what axe-core finds serious, charts that do
// not answer to the pointer. The environment has CHROMIUM (the browser) and MODULES (the folder of npm's packages).
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.MODULES + '/');
const { chromium } = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');

const WIDTHS = [360, 800, 1400];

// Runs in the page. A word: what lies between spaces, slashes and hyphens, at which a line may end. One that is longer than
// what fits beside other things on a phone may be broken, and what looks like code.
const layoutProblems = () => {
  const LONGEST_WORD = 24;
  const problems = [];
  const say = (what, node) => problems.length < 20 && problems.push(`${what}: ${(node.textContent || '').trim().slice(0, 80)}`);
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) problems.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`);

  const isShown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
  for (const element of document.body.querySelectorAll('*')) {
    if (!isShown(element) || element.closest('.scroll') || element.closest('.canvas')) continue;
    const box = element.getBoundingClientRect();
    if (box.right > page.clientWidth + 1 || box.left < -1) say(`${element.tagName} leaves the page`, element);
    const clipped = element.namespaceURI.endsWith('xhtml') && element.scrollWidth > element.clientWidth + 1;
    if (clipped && getComputedStyle(element).display !== 'inline' && element.clientWidth > 0)
      say(`${element.tagName}.${element.className} overflows by ${element.scrollWidth - element.clientWidth}`, element);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const parent = text.parentElement;
    if (['SCRIPT', 'STYLE'].includes(parent.tagName) || !isShown(parent) || parent.namespaceURI.endsWith('svg')) continue;
    for (const word of text.data.matchAll(/[^\s/\-\u2013]{2,}/gu)) {
      if (word[0].length > LONGEST_WORD || /[<>=&"'{}|]/.test(word[0])) continue;
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter((rect) => rect.width > 0).map((rect) => Math.round(rect.top)));
      if (lines.size > 1) say(`'${word[0]}' is broken`, parent);
    }
  }
  // Labels of a chart may lie on lines, but not on each other, and they stay in their card.
  for (const label of document.querySelectorAll('svg text')) {
    if (!isShown(label)) continue;
    const box = label.getBoundingClientRect();
    const card = label.closest('.chart, .card').getBoundingClientRect();
    if (box.left < card.left || box.right > card.right) say('a label leaves its card', label);
  }
  for (const svg of document.querySelectorAll('svg.strip-head, svg.area-box, svg.y-labels')) {
    if (!isShown(svg)) continue;
    const boxes = [...svg.querySelectorAll('text')].map((label) => [label, label.getBoundingClientRect()]);
    boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
      const isOver = a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
      if (isOver) say(`'${one.textContent}' lies on '${other.textContent}'`, svg);
    }));
  }
  return problems;
};

const seriousFindings = async (page) => {
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((node) => node.html.slice(0, 120)).join(' | ')}`);
};

// Points at charts and zooms into one; they must tell figures and have the way back.
const pointerProblems = async (page) => {
  const problems = [];
  const charts = page.locator('figure.chart:visible');
  for (let i = 0; i < Math.min(await charts.count(), 8); ++i) {
    const chart = charts.nth(i);
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.locator('.plot').boundingBox();
    for (const part of [0.3, 0.45, 0.5]) await page.mouse.move(box.x + box.width * part, box.y + box.height * 0.5);
    const title = (await chart.locator('figcaption strong').textContent()).trim();
    if (!(await chart.locator('.at').textContent())) problems.push(`${title}: no figures under the pointer`);
    if (i > 0) continue;
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.5, { steps: 5 });
    await page.mouse.up();
    const button = chart.locator('.unzoom');
    if (!(await button.isVisible())) {
      problems.push(`${title}: does not zoom`);
      continue;
    }
    await button.click();
    if (await button.isVisible()) problems.push(`${title}: cannot go back`);
  }
  return problems;
};

const inspect = async (browser, file) => {
  const report = { console: [], requests: [], layout: [], axe: [], pointer: [] };
  const url = pathToFileURL(file).href;
  for (const width of WIDTHS) {
    const colorScheme = width === 800 ? 'dark' : 'light';
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.on('console', (message) => report.console.push(`${width}: ${message.text()}`));
    page.on('pageerror', (error) => report.console.push(`${width}: ${error.message}`));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) report.requests.push(request.url());
    });
    await page.goto(url);
    await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
    report.layout.push(...(await page.evaluate(layoutProblems)).map((problem) => `${width}: ${problem}`));
    if (width !== 360) report.pointer.push(...(await pointerProblems(page)).map((problem) => `${width}: ${problem}`));
    await context.close();
    // Another context for axe: the page's policy lets no foreign script in.
    const checked = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const other = await checked.newPage();
    await other.goto(url);
    await other.addScriptTag({ path: axe });
    report.axe.push(...(await seriousFindings(other)).map((finding) => `${width} ${colorScheme}: ${finding}`));
    await checked.close();
  }
  return report;
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const reports = {};
for (const file of process.argv.slice(2)) reports[file] = await inspect(browser, file);
await browser.close();
console.log(JSON.stringify(reports));
