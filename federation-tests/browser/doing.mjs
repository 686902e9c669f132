// What people do in the stories: by what the pages call it (roles and labels), so that it holds however a page is laid out.

import { PATIENCE, logIn, says, visitor } from "./browser.mjs";
import { picture } from "./picture.mjs";
import assert from "node:assert/strict";

/** How the field for the words of a post is called; whatever form has it is the form for writing. */
export const WORDS = "What would you like to say?";

/** Asks again until `holds` answers something; answers that. Fails with what was waited for, and with the last error. */
export async function eventually(what, holds) {
  const end = Date.now() + 2 * PATIENCE;
  for (let last = ""; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const found = await holds().catch((error) => void (last = `: ${error.message}`));
    if (found) return found;
    assert(Date.now() < end, `waited in vain for ${what}${last}`);
  }
}

/** Loads the page again until `there` can be seen on it: what comes from elsewhere, for whoever reads without a script. */
export async function comes(page, what, there) {
  const found = there.first();
  await eventually(`${what} on ${page.url()}`, async () => (await found.isVisible()) || (await page.reload(), await found.isVisible()));
  return found;
}

/** Comes to a node and logs in. */
export async function enters(browser, node, person, options) {
  const visit = await visitor(browser, node, options);
  await logIn(visit.page, person);
  return visit;
}

/** Presses what is called so, within `where` (the page's own content unless it says otherwise). */
export const press = (page, name, where = page.getByRole("main")) => where.getByRole("button", { name, exact: typeof name === "string" }).click();

/** Goes where a link leads. */
export const follow = (page, name, where = page.getByRole("main")) => where.getByRole("link", { name, exact: typeof name === "string" }).first().click();

/** The posts on a page that hold `words`. */
export const posts = (page, words) => page.getByRole("article").filter({ hasText: words });

/** Founds a community by the page for that; it is on its page then. */
export async function found(page, { name, title, stage, door, question = "" }) {
  await page.goto("/communities");
  await follow(page, "Found a community");
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Name in its address").fill(name);
  await page.getByLabel("What it is for").fill(`What ${title} is about.`);
  await page.getByRole("radio", { name: stage }).check();
  await page.getByRole("radio", { name: door }).check();
  await page.getByLabel("Question to those who ask").fill(question);
  await press(page, "Found it");
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Looks a community up by its address, from wherever one is logged in; it is on its page then. */
export async function lookUp(page, address, title) {
  await page.goto("/communities");
  await page.getByLabel("Find a community").fill(address);
  await press(page, "Search");
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** The form for writing, wherever the page has it: open, folded away, or behind the way to it. */
export async function form(page) {
  const words = page.getByLabel(WORDS);
  const form = page.locator("form").filter({ has: words });
  await page.waitForLoadState();
  if (!(await words.isVisible())) {
    const answer = page.getByRole("region", { name: "Your answer" });
    const folded = page.locator("details:not([open])").filter({ has: words }).locator("summary").first();
    const way = (await answer.isVisible()) ? answer.getByRole("link").first() : page.getByRole("link", { name: "Write", exact: true }).last();
    await ((await folded.isVisible()) ? folded : way).click();
    await words.waitFor();
    await page.waitForLoadState();
  }
  return form;
}

/** Fills in the form for writing and leaves it unsent. An answer begins with whom it names: that stays. */
export async function fill(page, { title, words, goes, warning, shows }) {
  const at = await form(page);
  if (title) await at.getByLabel("Title (may be left out)").fill(title);
  const text = at.getByLabel(WORDS);
  await text.fill((await text.inputValue()) + words);
  // on the page of a community there is nothing to choose
  if (goes && (await at.getByRole("radio").count()) > 0) await at.getByRole("radio", { name: goes }).check();
  if (warning) {
    await at.getByText("Content warning, language, time").click();
    await at.getByLabel("Content warning", { exact: true }).fill(warning);
  }
  if (shows) {
    await at.getByLabel("Pictures, videos, sound").setInputFiles({ name: "picture.png", mimeType: "image/png", buffer: picture(320, 200) });
    // without a script a button takes the file
    const add = at.getByRole("button", { name: "Add the chosen files" });
    if (await add.isVisible()) await add.click();
    await at.getByLabel("What it shows").fill(shows);
  }
  return at;
}

/** Writes a post, or an answer, and publishes it; it is on a page that shows it then. */
export async function write(page, post) {
  const at = await fill(page, post);
  await press(page, "Publish", at);
  await posts(page, post.words).first().waitFor();
}

/** How the pictures of a post are described, once all have come. */
export async function pictures(post) {
  const all = post.locator(".media img");
  // they are fetched where they are seen, and a page that is kept up to date may put the post in anew meanwhile
  const have = (images) => {
    images[0]?.scrollIntoView({ block: "center" });
    return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
  };
  await eventually("the pictures of a post", () => all.evaluateAll(have));
  return all.evaluateAll((images) => images.map(({ alt }) => alt));
}

/** Fails unless the page says at its head that this was done. */
export const done = (page, words) => says(page, "[role=status]", words);
