// The browser of the stories: Debian's Chromium, driven by playwright-core. `CHROMIUM` names another.
//
// Whoever uses it is watched: a request to anywhere but the nodes, an error of a script, a refusal of the page's own policy
// or a picture that does not come makes the story fail.

import { chromium } from "playwright-core";
import axe from "axe-core";
import { existsSync } from "node:fs";
import assert from "node:assert/strict";
import dns from "node:dns";

// Names below localhost are this machine, whatever its resolver says of them (RFC 6761, 6.3): browsers know it, fetch does not.
const { lookup } = dns;
dns.lookup = (name, options, done) => lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, options, done);

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** How long anything on a page may take, in ms. */
export const PATIENCE = 15_000 * Number(process.env.INTERMOOT_PATIENCE ?? 1);

export async function launch() {
  const executablePath = process.env.CHROMIUM || PROGRAMS.find((path) => existsSync(path));
  assert(executablePath, `no Chromium: install Debian's package chromium, or name one with CHROMIUM (tried ${PROGRAMS.join(", ")})`);
  // root has no sandbox; containers have little /dev/shm
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A browser without a past. `options` are playwright's; `script: false` switches JavaScript off. */
export async function visitor(browser, node, { script = true, locale = "en-GB", ...options } = {}) {
  const context = await browser.newContext({ baseURL: node.url, javaScriptEnabled: script, locale, ...options });
  context.setDefaultTimeout(PATIENCE);
  const faults = [];
  const hosts = new Set([new URL(node.url).host]);
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !hosts.has(url.host)) faults.push(`asked ${url.host} for ${url.pathname}`);
  });
  context.on("response", (response) => {
    const kind = response.request().resourceType();
    if (response.status() >= 400 && kind !== "document") faults.push(`${response.status()} for the ${kind} ${response.url()}`);
  });
  context.on("weberror", (error) => faults.push(`a script failed: ${error.error()}`));
  context.on("console", (message) => {
    // a page that is an error is said as one too
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
  });
  const page = await context.newPage();
  /** Ends the visit; fails for whatever went wrong during it. */
  const leave = async () => {
    await context.close();
    assert.deepEqual(faults, [], "during the visit");
  };
  return { page, context, faults, leave };
}

/** Logs in by the page for that. */
export async function logIn(page, { username, password }) {
  await page.goto("/login");
  await page.fill("#login", username);
  await page.fill("#password", password);
  await page.click("main form button");
  await page.waitForSelector("form[action='/logout']");
}

/** Signs up (a node whose registration.mode is open, without mail) and is logged in. */
export async function signUp(page, username, password = `a long ${username} horse`) {
  await page.goto("/auth/sign_up");
  await page.fill("#username", username);
  await page.fill("#email", `${username}@people.example`);
  await page.fill("#password", password);
  await page.click("main form button");
  await page.waitForSelector("form[action='/logout']");
  return { username, password };
}

/** Logs out, wherever the page is. */
export async function logOut(page) {
  await page.click("form[action='/logout'] button");
  await page.waitForSelector("header a[href='/login']");
}

/** Fails unless `selector` is on the page and says `words`. */
export async function says(page, selector, words) {
  const found = page.locator(selector).filter({ hasText: words });
  await found.first().waitFor({ state: "attached" }).catch(async () => {
    const there = await page.locator(selector).allTextContents();
    assert.fail(`no ${selector} with “${words}” on ${page.url()}; there is ${JSON.stringify(there)} in ${(await page.locator("main").innerText()).slice(0, 500)}`);
  });
}

/** What axe-core finds on a page, by the success criteria of WCAG 2.2 A and AA and its own good habits. */
export async function audited(page) {
  await page.evaluate(axe.source);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), tags);
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.html.slice(0, 160)) }));
}

/** Fails for whatever axe-core calls serious or critical on this page. */
export async function isAccessible(page) {
  const found = (await audited(page)).filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(found, [], `axe on ${page.url()}`);
}
