// Pictures of every page of pages.mjs, and what each costs: `screenshots.mjs BINARY FOLDER [NAME…]`.
//
// Each at 390 and 1,280 px, light and dark, whole. A line for each page: bytes as they came over the wire (compressed; with style
// and script, as on a first visit), requests, requests to anybody else (there must be none), and faults of contrast by axe-core
// in light and in dark. Exits 1 where a page cost more than 60 kB, asked others, or lacks contrast.

import { audited, launch, logIn, visitor } from "./browser.mjs";
import { demo, placeOf } from "./demo.mjs";
import { live } from "./life.mjs";
import { pages } from "./pages.mjs";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const BYTES_MAX = 60_000;
const WIDTHS = [390, 1280];
/** The highest picture that Chromium paints in one piece. */
const HIGHEST = 16_000;
const SCHEMES = ["light", "dark"];
const [binary, folder, ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const world = await demo(binary).then(live);
const wanted = pages.filter(({ name }) => only.length === 0 || only.includes(name));
let faults = 0;

/** What a page costs on a first visit: text (pictures that people sent are their affair) and all requests. */
async function cost(page, path) {
  const session = await page.context().newCDPSession(page);
  const [kinds, sizes] = [new Map(), new Map()];
  let others = 0;
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  session.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
    const url = new URL(request.url);
    if (!url.protocol.startsWith("http")) return;
    kinds.set(requestId, type);
    if (url.origin !== new URL(world.node.url).origin) others += 1;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  const answer = await page.goto(path, { waitUntil: "load" });
  await page.waitForTimeout(100);
  await session.detach();
  const bytes = [...sizes].filter(([id]) => kinds.has(id) && kinds.get(id) !== "Image").reduce((sum, [, size]) => sum + size, 0);
  return { bytes, requests: kinds.size, others, status: answer.status() };
}

/** A picture of all of a page, as on a screen that is as high: with every picture in it, and what stands at the bottom there. */
async function whole(page, path) {
  const { width, height } = page.viewportSize();
  const high = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(HIGHEST, Math.max(height, high)) });
  await page.evaluate(() =>
    Promise.all(
      [...document.images].map((image) => {
        image.loading = "eager";
        return image.decode().catch(() => undefined);
      }),
    ),
  );
  await page.screenshot({ path });
  await page.setViewportSize({ width, height });
}

try {
  const browser = await launch();
  const costs = new Map();
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const visits = {};
      for (const one of wanted) {
        const { who, name, status = 200 } = one;
        const isNew = visits[who] === undefined;
        visits[who] ??= await visitor(browser, world.node, { colorScheme, viewport: { width, height: 900 } });
        const { page } = visits[who];
        if (isNew && who !== "stranger") await logIn(page, world[who]);
        const path = await placeOf(one, world);
        const now = await cost(page, path);
        if (now.status !== status) {
          faults += 1;
          console.log(`${name}: ${path} answers ${now.status}`);
        }
        const known = costs.get(name) ?? { ...now, contrast: {}, wide: [] };
        if (width === WIDTHS[0]) {
          known.contrast[colorScheme] = (await audited(page)).filter(({ id }) => id.startsWith("color-contrast")).flatMap(({ where }) => where).length;
        }
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) known.wide.push(`${over} px beyond ${width}`);
        costs.set(name, known);
        await whole(page, join(folder, `${name}-${width}-${colorScheme}.png`));
      }
      for (const { context } of Object.values(visits)) await context.close();
    }
  }
  await browser.close();
  console.log(`${"page".padEnd(26)} ${"bytes".padStart(7)} ${"requests".padStart(9)} ${"to others".padStart(10)} ${"contrast".padStart(9)}`);
  for (const [name, { bytes, requests, others, contrast, wide }] of costs) {
    const lacking = Object.values(contrast).reduce((sum, count) => sum + count, 0);
    if (bytes > BYTES_MAX || others > 0 || lacking > 0 || wide.length > 0) faults += 1;
    console.log(`${name.padEnd(26)} ${String(bytes).padStart(7)} ${String(requests).padStart(9)} ${String(others).padStart(10)} ${String(lacking).padStart(9)}  ${wide.join(", ")}`);
  }
} finally {
  await world.end();
}
console.log(faults === 0 ? `pictures are in ${folder}` : `${faults} pages with faults; pictures are in ${folder}`);
process.exit(faults === 0 ? 0 : 1);
