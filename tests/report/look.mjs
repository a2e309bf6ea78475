// look.mjs: looks at pages in Chromium, as a reader would: wide and on a telephone, light and dark, and on paper. Each must
// load without a word in the console, ask for nothing from elsewhere, fit its width, and have nothing against it by axe.
//
//   node look.mjs PACKAGES OUT PAGE...    PACKAGES: where npm has put playwright-core and axe-core; pictures go to OUT
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';

const [packages, out, ...pages] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core'), 'utf8');
let faults = 0;

const nameOf = (file) => `${basename(dirname(file))}-${basename(file, '.html')}`;

function fault(words) {
    faults++;
    console.log(`not good: ${words}`);
}

// What axe finds in a page: serious findings are faults, the others are told.
async function check(page, name) {
    const results = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
    for (const { id, impact, help, nodes } of results.violations) {
        const words = `${name}: axe: ${impact}: ${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`;
        if (impact === 'serious' || impact === 'critical') fault(words);
        else console.log(words);
    }
    return results.passes.length;
}

async function look(browser, file, width, colorScheme) {
    const name = `${nameOf(file)}-${width}-${colorScheme}`;
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    page.on('console', (message) => fault(`${name}: console: ${message.text()}`));
    page.on('pageerror', (error) => fault(`${name}: ${error.message}`));
    page.on('request', (request) => request.url().match(/^(file|data):/) || fault(`${name}: asks for ${request.url()}`));
    await page.goto(pathToFileURL(file).href);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    if (wide > width) fault(`${name}: it is ${wide} wide`);
    await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const passed = await check(page, name);
    console.log(`${name}: looked at, axe passed ${passed} rules`);
    await context.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const file of pages) {
    for (const width of [1280, 390])
        for (const scheme of ['light', 'dark']) await look(browser, file, width, scheme);
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.pdf({ path: `${out}/${nameOf(file)}.pdf`, format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
    await page.close();
}
await browser.close();
console.log(faults ? `${faults} faults` : `${pages.length} pages, no fault`);
process.exit(faults ? 1 : 0);
