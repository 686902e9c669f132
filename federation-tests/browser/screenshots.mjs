// Pictures of every page of pages.mjs, and what each costs: `screenshots.mjs BINARY FOLDER [NAME…]`.
//
// Each at 390 and 1,280 px, light and dark, whole. A line for each page: bytes as they came over the wire (compressed; with style
// and script, as on a first visit), requests, requests to anybody else (there must be none), faults of contrast by axe-core
// in light and in dark, all else that it found, and the milliseconds until the node answered, something was painted and all was
// loaded (the least of four visits). Exits 1 where a page cost more than 60 kB, asked others, or lacks contrast.

import { audited, launch, logIn, visitor } from "./browser.mjs";
import { demo, placeOf } from "./demo.mjs";
import { eventually } from "./doing.mjs";
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
  const [open, ended] = [new Set(), new Set()];
  session.on("Network.requestWillBeSent", ({ requestId, type }) => type === "EventSource" || open.add(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength) && ended.add(requestId));
  session.on("Network.loadingFailed", ({ requestId }) => ended.add(requestId));
  const answer = await page.goto(path, { waitUntil: "load" });
  await eventually(`all of ${path}`, async () => [...open].every((id) => ended.has(id)));
  await session.detach();
  const times = await page.evaluate(() => {
    const [of] = performance.getEntriesByType("navigation");
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    return [of.responseStart - of.requestStart, painted?.startTime ?? null, of.loadEventEnd];
  });
  const bytes = [...sizes].filter(([id]) => kinds.has(id) && kinds.get(id) !== "Image").reduce((sum, [, size]) => sum + size, 0);
  return { bytes, requests: kinds.size, others, times, status: answer.status() };
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
        const known = costs.get(name) ?? { ...now, contrast: 0, rest: 0, wide: [] };
        known.times = known.times.map((time, nth) => Math.min(time ?? Infinity, now.times[nth] ?? Infinity));
        if (width === WIDTHS[0]) {
          for (const { id, where } of await audited(page)) known[id.startsWith("color-contrast") ? "contrast" : "rest"] += where.length;
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
  const heads = ["bytes", "requests", "to others", "contrast", "other axe", "answered", "painted", "loaded"];
  const line = (name, figures) => `${name.padEnd(26)} ${figures.map((figure, nth) => String(figure).padStart(heads[nth].length + 1)).join(" ")}`;
  console.log(line("page", heads));
  for (const [name, { bytes, requests, others, contrast, rest, times, wide }] of costs) {
    if (bytes > BYTES_MAX || others > 0 || contrast > 0 || wide.length > 0) faults += 1;
    console.log(`${line(name, [bytes, requests, others, contrast, rest, ...times.map((time) => (Number.isFinite(time) ? Math.round(time) : "–"))])}  ${wide.join(", ")}`);
  }
  const most = Math.max(...[...costs.values()].map(({ bytes }) => bytes));
  const slowest = Math.max(...[...costs.values()].map(({ times }) => times[2]));
  console.log(`${costs.size} pages: at most ${most} bytes, loaded within ${Math.round(slowest)} ms`);
} finally {
  await world.end();
}
console.log(faults === 0 ? `pictures are in ${folder}` : `${faults} pages with faults; pictures are in ${folder}`);
process.exit(faults === 0 ? 0 : 1);
